import type { Task } from '@att/contracts';
import type { ClientBase } from 'pg';
import { bigint, type Column, float, insertRows, json, text, time, upserting } from '../../insert-rows.js';
import { splitByBytes } from './split-by-bytes.js';
import { taskBytes } from './task-bytes.js';
import type { TaskMemory } from './task-memory.js';

/** The columns that events change and every history of a task has too. */
export const CHANGING = <Row>(of: (row: Row) => Task): Column<Row>[] => [
  text('title', (row) => of(row).title),
  text('agent', (row) => of(row).agent),
  text('status', (row) => of(row).status),
  float('progress', (row) => of(row).progress),
  text('message', (row) => of(row).message),
  bigint('attempt', (row) => of(row).attempt),
  time('updated_at', (row) => of(row).updated_at),
  time('started_at', (row) => of(row).started_at),
  time('finished_at', (row) => of(row).finished_at),
  float('duration_seconds', (row) => of(row).duration_seconds),
  json('result', (row) => (of(row).result === null ? null : JSON.stringify(of(row).result))),
  text('error_type', (row) => of(row).error_type),
  text('error_message', (row) => of(row).error_message),
  text('stack_trace', (row) => of(row).stack_trace),
];

const FIXED: Column<TaskMemory>[] = [
  bigint('id', ({ task }) => task.id),
  text('project', ({ task }) => task.project),
  bigint('project_id', ({ task }) => task.project_id),
  text('task_id', ({ task }) => task.task_id),
  time('created_at', ({ task }) => task.created_at),
];

const MOVING: Column<TaskMemory>[] = [
  ...CHANGING<TaskMemory>(({ task }) => task),
  json('metadata', ({ task }) => JSON.stringify(task.metadata)),
  bigint('position', ({ task }) => task.position),
  bigint('span_from', ({ spanFrom }) => spanFrom),
  bigint('metadata_from', ({ metadataFrom }) => metadataFrom),
];

const COLUMNS = [...FIXED, ...MOVING];
const OVERWRITE = upserting(
  'id',
  MOVING.map(({ name }) => name),
);

/** Bytes of one statement: tasks may have results and stack traces of a MiB. */
export const MAX_STATEMENT_BYTES = 16 * 1024 * 1024;

/** The current rows, made or overwritten. */
export async function writeTasks(
  client: ClientBase,
  table: string,
  tasks: readonly TaskMemory[],
): Promise<void> {
  for (const part of splitByBytes(tasks, ({ task }) => taskBytes(task), MAX_STATEMENT_BYTES)) {
    await insertRows(client, table, COLUMNS, part, OVERWRITE);
  }
}
