import { PAYLOAD_BYTES } from '@att/platform/event-log';
import type { Parameter } from '@att/platform/paging';
import { GROUPS } from '@att/platform/projections';
import type { Reader } from '../database/reader.js';
import type { Joined } from '../read-model/snapshot.js';
import {
  type EventFilter,
  type EventRange,
  eventConditions,
  hasFields,
  isUnfiltered,
} from './event-range.js';
import { EVENT_COLUMNS, type EventRow } from './event-row.js';
import { indexedPositions } from './indexed-positions.js';

export interface EventPage {
  /** Position of the last event of the log, and as positions are gapless, their number. */
  head: number;
  /** Epoch of the log in the same snapshot. */
  epoch: string;
  /** In the order they were read; fewer than asked for when they are large. */
  events: EventRow[];
  /** How many there would have been. */
  found: number;
  /** Whether the index is still the active one; false where there is none. */
  isIndexActive: boolean;
}

export interface EventPageRequest {
  range: EventRange;
  filter: EventFilter;
  limit: number;
  offset: number;
  /** Whether the page is read from the end of the range. */
  isBackwards: boolean;
  /** The generation of the index by field; undefined when there is none, and the log is looked through. */
  index: number | undefined;
}

/** A hundred payloads may have a MiB each: what reaches these bytes ends the page, and a client reads on after it. */
const MAX_BYTES = 16 * 1024 * 1024;

type Row = { head: number; epoch: string; is_index_active: boolean } & Joined<EventRow & { found: number }>;

/** A page of the log, and the head of the same snapshot. */
export async function selectEvents(reader: Reader, request: EventPageRequest): Promise<EventPage> {
  const values: unknown[] = [];
  const parameter: Parameter = (value, type) => `$${values.push(value)}::${type}`;
  const direction = request.isBackwards ? 'DESC' : 'ASC';
  const rows = await reader.query<Row>({
    // Planned each time, as which index serves depends on what is asked for.
    text: `
      SELECT h.position AS head, h.epoch, ${isActive(request.index, parameter)} AS is_index_active, e.*
      FROM log.head h
      LEFT JOIN LATERAL (
        SELECT ${EVENT_COLUMNS}, found
        FROM (
          SELECT *, sum(bytes) OVER (ORDER BY position ${direction} ROWS UNBOUNDED PRECEDING) - bytes AS bytes_before,
                 count(*) OVER () AS found
          FROM (
            SELECT *, ${PAYLOAD_BYTES} AS bytes
            FROM log.events
            WHERE position IN (${positions(request, parameter, direction)})
          ) found
        ) measured
        WHERE bytes_before < ${MAX_BYTES}
      ) e ON true
      ORDER BY e.position ${direction}`,
    values,
  });
  const found = rows.filter((row) => row.position !== null) as unknown as EventRow[];
  return {
    head: rows[0]?.head ?? 0,
    epoch: rows[0]?.epoch ?? '',
    events: found,
    found: rows[0]?.found ?? 0,
    isIndexActive: rows[0]?.is_index_active ?? false,
  };
}

function isActive(index: number | undefined, parameter: Parameter): string {
  if (index === undefined) return 'false';
  return `EXISTS (SELECT FROM projection.generations WHERE id = ${parameter(index, 'bigint')} AND state = 'active')`;
}

/** SQL of the page's positions. Where there is an index, the log is looked through only behind its last whole group. */
function positions(
  { range, filter, limit, offset, index }: EventPageRequest,
  parameter: Parameter,
  direction: 'ASC' | 'DESC',
): string {
  const after = parameter(range.after, 'bigint');
  const end =
    range.until === undefined ? 'h.position' : `least(h.position, ${parameter(range.until, 'bigint')})`;
  if (isUnfiltered(filter)) {
    // Positions are gapless: without a filter the place to go on from is known, and nothing is passed over.
    const skipped = parameter(offset, 'bigint');
    const bounds =
      direction === 'ASC'
        ? `position > ${after} + ${skipped} AND position <= ${end}`
        : `position > ${after} AND position <= ${end} - ${skipped}`;
    return `SELECT position FROM log.events WHERE ${bounds} ORDER BY position ${direction} LIMIT ${parameter(limit, 'bigint')}`;
  }
  const conditions = eventConditions(filter, parameter);
  const behind = (position: string) =>
    `SELECT position FROM log.events WHERE position > ${position} AND position <= ${end}${conditions}`;
  const page = `ORDER BY position ${direction} LIMIT ${parameter(limit, 'bigint')} OFFSET ${parameter(offset, 'bigint')}`;
  if (index === undefined || !hasFields(filter)) return `${behind(after)} ${page}`;

  const checkpoint = `(SELECT position FROM projection.generations WHERE id = ${parameter(index, 'bigint')})`;
  const indexed = GROUPS.sqlWholeUpTo(checkpoint);
  const many = parameter(limit + offset, 'bigint');
  const bounds = { after, end: `least(${end}, ${indexed})` };
  return `
              SELECT position FROM (
                (${indexedPositions({ index, filter, bounds, conditions, direction }, parameter)} LIMIT ${many})
                UNION ALL
                (${behind(`greatest(${after}, ${indexed})`)} ORDER BY position ${direction} LIMIT ${many})
              ) both_parts ${page}`;
}
