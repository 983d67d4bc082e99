/** Every state that a task was in. */
import type { Task } from '@att/contracts';
import { bigint, type Column, float, json, text, time } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Write } from '../../rows/write.js';

export interface TaskVersion {
  /** As it was after the event at `task.position`. */
  task: Task;
  /** That position, but where the event took effect late. */
  validFrom: number;
  /** Position of the version that holds its metadata; its own when the event changed it. */
  metadataFrom: number;
}

const COLUMNS: Column<TaskVersion>[] = [
  bigint('id', ({ task }) => task.id),
  bigint('valid_from', ({ validFrom }) => validFrom),
  bigint('late_event', ({ task, validFrom }) => (validFrom === task.position ? null : task.position)),
  text('title', ({ task }) => task.title),
  text('agent', ({ task }) => task.agent),
  text('status', ({ task }) => task.status),
  float('progress', ({ task }) => task.progress),
  text('message', ({ task }) => task.message),
  bigint('attempt', ({ task }) => task.attempt),
  time('updated_at', ({ task }) => task.updated_at),
  time('started_at', ({ task }) => task.started_at),
  time('finished_at', ({ task }) => task.finished_at),
  float('duration_seconds', ({ task }) => task.duration_seconds),
  json('result', ({ task }) => (task.result === null ? null : JSON.stringify(task.result))),
  text('error_type', ({ task }) => task.error_type),
  text('error_message', ({ task }) => task.error_message),
  text('stack_trace', ({ task }) => task.stack_trace),
  json('metadata', ({ task, validFrom, metadataFrom }) =>
    metadataFrom === validFrom ? JSON.stringify(task.metadata) : null,
  ),
  bigint('metadata_from', ({ metadataFrom }) => metadataFrom),
];

export function writingVersions(table: string, versions: readonly TaskVersion[]): Write {
  return copyRows(table, COLUMNS, versions);
}
