/** Every state that a task was in: what nearly every event changes. */
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
  float('progress', ({ task }) => task.progress),
  text('message', ({ task }) => task.message),
  time('updated_at', ({ task }) => task.updated_at),
  json('metadata', ({ task, validFrom, metadataFrom }) =>
    metadataFrom === validFrom ? JSON.stringify(task.metadata) : null,
  ),
  bigint('metadata_from', ({ metadataFrom }) => metadataFrom),
];

export function writingVersions(table: string, versions: readonly TaskVersion[]): Write {
  return copyRows(table, COLUMNS, versions);
}
