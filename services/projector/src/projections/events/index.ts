/**
 * The log's index by field. The log itself has none but its position: one there would be paid for by every
 * webhook before it is answered.
 */
import type { LogEvent } from '@att/platform/event-log';
import { generationTable } from '@att/platform/projections';
import { bigint, type Column, insertRows, text } from '../../insert-rows.js';
import type { Projection } from '../../projection.js';
import { indexes, tables } from './tables.js';

const COLUMNS: Column<LogEvent>[] = [
  bigint('position', (event) => event.position),
  text('project', (event) => event.project),
  text('task_id', (event) => event.task_id),
  text('agent', (event) => event.agent),
  text('type', (event) => event.type),
];

export const events: Projection = {
  name: 'events',
  version: 1,
  tables,
  indexes,
  writer(generation) {
    const table = generationTable('event_index', generation);
    return { apply: (client, { logEvents }) => insertRows(client, table, COLUMNS, logEvents) };
  },
};
