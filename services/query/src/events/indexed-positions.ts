import type { Parameter } from '@att/platform/paging';
import {
  CHUNK_GROUPS,
  EVENT_CHUNKS,
  generationTable,
  INDEXED_DAY,
  INDEXED_FIELDS,
  sqlChunksOf,
} from '@att/platform/projections';
import { type EventFilter, hasDays } from './event-range.js';

export interface IndexedOptions {
  /** Generation of the index. */
  index: number;
  /** Filter with at least one of the indexed fields. */
  filter: EventFilter;
  /** SQL of the range of positions: after `after`, up to and including `end`. */
  bounds: { after: string; end: string };
  /** SQL conditions on the events of a chunk. */
  conditions: string;
  direction: 'ASC' | 'DESC';
}

/**
 * SQL of the positions that match, in order. It reads groups in which all values occur in the same chunks, and then the events of
 * those chunks. `OFFSET 0` keeps the planner from joining the whole log, whose cost it underestimates: a project's first page took
 * 450 ms at a million events, and group by group 3 ms. A group is sorted as a whole, so a page reads at most one group too many.
 */
export function indexedPositions(
  { index, filter, bounds: { after, end }, conditions, direction }: IndexedOptions,
  parameter: Parameter,
): string {
  const table = generationTable('event_index', index);
  const groups = `chunk_group BETWEEN ${CHUNK_GROUPS.sqlOf(`(${after} + 1)`)} AND ${CHUNK_GROUPS.sqlOf(end)}`;
  const fields = INDEXED_FIELDS.filter((field) => filter[field] !== undefined);
  const sources = fields.map(
    (field) =>
      `(SELECT chunk_group, chunks FROM ${table}
                  WHERE field = '${field}' AND value = ${parameter(filter[field], 'text')} AND ${groups})`,
  );
  if (hasDays(filter)) sources.push(chunksOfDays(table, filter, groups, parameter));
  const [first, ...others] = sources.map((source, n) => `${source} k${n}`);
  const joins = others.map((source, n) => `JOIN ${source} ON k${n + 1}.chunk_group = k0.chunk_group`);
  const inAll = sources.map((_, n) => `k${n}.chunks`).join(' & ');
  return `
                SELECT e.position
                FROM ${first}
                ${joins.join(' ')}
                CROSS JOIN LATERAL ${sqlChunksOf('k0.chunk_group', `(${inAll})`)} c
                CROSS JOIN LATERAL (
                  SELECT position FROM log.events
                  WHERE position BETWEEN greatest(${EVENT_CHUNKS.sqlFirstOf('c.chunk')}, ${after} + 1)
                                     AND least(${EVENT_CHUNKS.sqlLastOf('c.chunk')}, ${end})${conditions}
                  OFFSET 0
                ) e
                ORDER BY k0.chunk_group ${direction}, e.position ${direction}`;
}

/** SQL of the chunks with events of these days. The index has days as text of one length, which any collation sorts by time. */
function chunksOfDays(
  table: string,
  { occurred_from, occurred_to }: EventFilter,
  groups: string,
  parameter: Parameter,
): string {
  const day = (time: string | undefined, otherwise: string) =>
    parameter(time === undefined ? otherwise : time.slice(0, '2026-01-31'.length), 'text');
  const days = `BETWEEN ${day(occurred_from, '0001-01-01')} AND ${day(occurred_to, '9999-12-31')}`;
  return `(SELECT chunk_group, bit_or(chunks) AS chunks FROM ${table}
                  WHERE field = '${INDEXED_DAY}' AND value ${days} AND ${groups} GROUP BY chunk_group)`;
}
