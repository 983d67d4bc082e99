/**
 * The log's index by field. The log itself has none but its position: one there would be paid for by every
 * webhook before it is answered. This one tells in which chunks of the log a value occurs, and whoever reads
 * looks through those: an entry for each event and field would be four times the rows, and five indexes.
 */

import { chunkOf, generationTable, INDEXED_FIELDS, type IndexedField } from '@att/platform/projections';
import type { Projection, ProjectionWriter } from '../../projection.js';
import { bigint, type Column, text } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import { type IndexedEvent, loadChunkStart } from './load-chunk-start.js';
import { indexes, tables } from './tables.js';

interface Entry {
  field: IndexedField;
  value: string;
  chunk: number;
}

const COLUMNS: Column<Entry>[] = [
  text('field', (entry) => entry.field),
  text('value', (entry) => entry.value),
  bigint('chunk', (entry) => entry.chunk),
];

export const events: Projection = { name: 'events', version: 1, tables, indexes, writer };

function writer(generation: number): ProjectionWriter {
  const table = generationTable('event_index', generation);
  /** What is told of the last chunk already; a batch may begin in the middle of one. */
  let last: { chunk: number; told: Record<IndexedField, Set<string>> } | undefined;

  function entriesOf(event: IndexedEvent): Entry[] {
    const chunk = chunkOf(event.position);
    if (last?.chunk !== chunk) last = { chunk, told: nothingTold() };
    const entries: Entry[] = [];
    for (const field of INDEXED_FIELDS) {
      const value = event[field];
      const told = last.told[field];
      if (value === null || told.has(value)) continue;
      told.add(value);
      entries.push({ field, value, chunk });
    }
    return entries;
  }

  return {
    async fold(loader, { logEvents }) {
      const [first] = logEvents;
      if (last === undefined && first !== undefined) {
        for (const event of await loadChunkStart(loader, first.position)) entriesOf(event);
      }
      return [copyRows(table, COLUMNS, logEvents.flatMap(entriesOf))];
    },
  };
}

const nothingTold = () => ({
  task_id: new Set<string>(),
  agent: new Set<string>(),
  project: new Set<string>(),
  type: new Set<string>(),
});
