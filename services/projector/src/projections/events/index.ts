/**
 * The log's index by field. The log itself has none but its position: one there would be paid for by every
 * webhook before it is answered. This one tells in which chunks of the log a value occurs, and whoever reads
 * looks through those: an entry for each event and field would be four times the rows, and five indexes.
 */

import type { LogEvent } from '@att/platform/event-log';
import {
  chunkOf,
  generationTable,
  INDEXED_FIELDS,
  type IndexedField,
  PROJECTION_VERSIONS,
} from '@att/platform/projections';
import type { Projection, ProjectionWriter } from '../../projection.js';
import { bigint, type Column, text } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import { lastOfEach } from '../../rows/last-of-each.js';
import { upsertRows } from '../../rows/upsert-rows.js';
import { loadTold } from './load-told.js';
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

/** SQL: events that a task has waited with are of chunks that others are of, too; the index tells of each once. */
const whereMissing = (table: string) => `AS n (field, value, chunk)
          WHERE NOT EXISTS (
            SELECT FROM ${table} t WHERE t.field = n.field AND t.value = n.value AND t.chunk = n.chunk)`;

export const events: Projection = {
  name: 'events',
  version: PROJECTION_VERSIONS.events,
  tables,
  indexes,
  writer,
};

function writer(generation: number): ProjectionWriter {
  const table = generationTable('event_index', generation);
  /** What is told of the last chunk already; a batch may begin in the middle of one. */
  let last: { chunk: number; told: Record<IndexedField, Set<string>> } | undefined;

  function untold(event: LogEvent): Entry[] {
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
    async fold(loader, { logEvents, isLate }) {
      if (isLate) {
        const entries = logEvents.flatMap(entriesOf);
        for (const { field, value, chunk } of entries) if (chunk === last?.chunk) last.told[field].add(value);
        return [upsertRows(table, COLUMNS, lastOfEach(entries, keyOf), whereMissing(table))];
      }
      const [first] = logEvents;
      if (last === undefined && first !== undefined) {
        last = { chunk: chunkOf(first.position), told: nothingTold() };
        for (const { field, value } of await loadTold(loader, table, first.position))
          last.told[field].add(value);
      }
      return [copyRows(table, COLUMNS, logEvents.flatMap(untold))];
    },
  };
}

const keyOf = ({ field, value, chunk }: Entry) => `${field}\0${value}\0${chunk}`;

/** Whether they are told already or not. */
function entriesOf(event: LogEvent): Entry[] {
  const chunk = chunkOf(event.position);
  return INDEXED_FIELDS.flatMap((field) => {
    const value = event[field];
    return value === null ? [] : [{ field, value, chunk }];
  });
}

const nothingTold = () => ({
  task_id: new Set<string>(),
  agent: new Set<string>(),
  project: new Set<string>(),
  type: new Set<string>(),
});
