import { PAYLOAD_BYTES, PROVEN_EVENT_COLUMNS } from '@att/platform/event-log';
import type { Parameter } from '@att/platform/paging';
import { CHUNK_GROUPS } from '@att/platform/projections';
import type { Reader } from '../database/reader.js';
import type { Joined } from '../read-model/snapshot.js';
import {
  type EventFilter,
  type EventRange,
  eventConditions,
  hasFields,
  isUnfiltered,
} from './event-range.js';
import type { EventRow } from './event-row.js';
import { indexedPositions } from './indexed-positions.js';

export interface EventPage {
  /** Position of the last event of the log; as positions are gapless, it is the number of events, too. */
  head: number;
  /** Epoch of the log in the same snapshot. */
  epoch: string;
  /** Events in the order they were read; fewer than the limit when they are large. */
  events: EventRow[];
  /** Events that match, up to the limit: some may be left out for their size. */
  matched: number;
  /** True when the index is still active; false where there is none. */
  isIndexActive: boolean;
}

export interface EventPageRequest {
  range: EventRange;
  filter: EventFilter;
  limit: number;
  offset: number;
  /** True for a page that is read from the end of the range. */
  isBackwards: boolean;
  /** Generation of the index by field; undefined when there is none, and the log is scanned. */
  index: number | undefined;
}

/** Bytes of payloads after which a page ends, as a hundred payloads may have a MiB each; the client reads on with the next page. */
const MAX_BYTES = 16 * 1024 * 1024;

type Row = { head: number; epoch: string; is_index_active: boolean } & Joined<EventRow & { matched: number }>;

/** Page of the log, and the head of the same snapshot. */
export async function selectEvents(reader: Reader, request: EventPageRequest): Promise<EventPage> {
  const values: unknown[] = [];
  const parameter: Parameter = (value, type) => `$${values.push(value)}::${type}`;
  const direction = request.isBackwards ? 'DESC' : 'ASC';
  const rows = await reader.query<Row>({
    // Unnamed, so planned each time: the best index depends on the filter.
    text: `
      SELECT h.position AS head, h.epoch, ${isActive(request.index, parameter)} AS is_index_active, e.*
      FROM log.head h
      LEFT JOIN LATERAL (
        SELECT ${PROVEN_EVENT_COLUMNS}, matched
        FROM (
          SELECT *, sum(bytes) OVER (ORDER BY position ${direction} ROWS UNBOUNDED PRECEDING) - bytes AS bytes_before,
                 count(*) OVER () AS matched
          FROM (
            SELECT *, ${PAYLOAD_BYTES} AS bytes
            FROM log.events
            WHERE position IN (${positions(request, parameter, direction)})
          ) page
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
    matched: rows[0]?.matched ?? 0,
    isIndexActive: rows[0]?.is_index_active ?? false,
  };
}

function isActive(index: number | undefined, parameter: Parameter): string {
  if (index === undefined) return 'false';
  return `EXISTS (SELECT FROM projection.generations WHERE id = ${parameter(index, 'bigint')} AND state = 'active')`;
}

/** SQL of the page's positions. Where there is an index, the log is scanned only after the index's last whole group. */
function positions(
  { range, filter, limit, offset, index }: EventPageRequest,
  parameter: Parameter,
  direction: 'ASC' | 'DESC',
): string {
  const after = parameter(range.after, 'bigint');
  const end =
    range.until === undefined ? 'h.position' : `least(h.position, ${parameter(range.until, 'bigint')})`;
  if (isUnfiltered(filter)) {
    // Positions are gapless: without a filter the offset is a number of positions, and no row is skipped.
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
  const indexed = CHUNK_GROUPS.sqlWholeUpTo(checkpoint);
  const upToPage = parameter(limit + offset, 'bigint');
  const bounds = { after, end: `least(${end}, ${indexed})` };
  return `
              SELECT position FROM (
                (${indexedPositions({ index, filter, bounds, conditions, direction }, parameter)} LIMIT ${upToPage})
                UNION ALL
                (${behind(`greatest(${after}, ${indexed})`)} ORDER BY position ${direction} LIMIT ${upToPage})
              ) both_parts ${page}`;
}
