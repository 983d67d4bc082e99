/** Every state that a task was in. */
import type { Task } from '@att/contracts';
import type { ClientBase } from 'pg';
import { bigint, type Column, insertRows, json } from '../../insert-rows.js';
import { splitByBytes } from './split-by-bytes.js';
import { taskBytes } from './task-bytes.js';
import { CHANGING, MAX_STATEMENT_BYTES } from './write-tasks.js';

export interface TaskVersion {
  /** As it was after the event at `task.position`. */
  task: Task;
  /** Position of the version that holds its metadata; its own when the event changed it. */
  metadataFrom: number;
}

const COLUMNS: Column<TaskVersion>[] = [
  bigint('id', ({ task }) => task.id),
  bigint('valid_from', ({ task }) => task.position),
  ...CHANGING<TaskVersion>(({ task }) => task),
  json('metadata', ({ task, metadataFrom }) =>
    metadataFrom === task.position ? JSON.stringify(task.metadata) : null,
  ),
  bigint('metadata_from', ({ metadataFrom }) => metadataFrom),
];

export async function writeVersions(
  client: ClientBase,
  table: string,
  versions: readonly TaskVersion[],
): Promise<void> {
  for (const part of splitByBytes(versions, ({ task }) => taskBytes(task), MAX_STATEMENT_BYTES)) {
    await insertRows(client, table, COLUMNS, part);
  }
}
