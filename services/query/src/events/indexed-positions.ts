import type { Parameter } from '@att/platform/paging';
import {
  generationTable,
  INDEXED_FIELDS,
  type IndexedField,
  sqlChunkOf,
  sqlFirstOf,
  sqlLastOf,
} from '@att/platform/projections';
import type { EventFilter } from './event-range.js';

export interface IndexedOptions {
  /** The generation of the index. */
  index: number;
  /** Has one of the indexed fields at least. */
  filter: EventFilter;
  /** SQL of the positions to look between: behind `after`, up to and with `end`. */
  bounds: { after: string; end: string };
  /** SQL conditions on the events of a chunk. */
  conditions: string;
  direction: 'ASC' | 'DESC';
}

/** SQL of the positions that match, in order: chunks in which all values occur, and in each the events themselves. */
export function indexedPositions(
  { index, filter, bounds: { after, end }, conditions, direction }: IndexedOptions,
  parameter: Parameter,
): string {
  const table = generationTable('event_index', index);
  const fields = INDEXED_FIELDS.filter((field) => filter[field] !== undefined);
  const [first, ...others] = fields.map((field, n) => ({ name: `k${n}`, field }));
  const occurs = ({ name, field }: { name: string; field: IndexedField }) =>
    `${name}.field = '${field}' AND ${name}.value = ${parameter(filter[field], 'text')}`;
  const joins = others.map(
    (other) => `JOIN ${table} ${other.name} ON ${other.name}.chunk = k0.chunk AND ${occurs(other)}`,
  );
  return `
                SELECT e.position
                FROM ${table} k0
                ${joins.join(' ')}
                CROSS JOIN LATERAL (
                  SELECT position FROM log.events
                  WHERE position BETWEEN ${sqlFirstOf('k0.chunk')} AND ${sqlLastOf('k0.chunk')}
                    AND position > ${after} AND position <= ${end}${conditions}
                ) e
                WHERE ${occurs(first as { name: string; field: IndexedField })}
                  AND k0.chunk BETWEEN ${sqlChunkOf(`(${after} + 1)`)} AND ${sqlChunkOf(end)}
                ORDER BY k0.chunk ${direction}, e.position ${direction}`;
}
