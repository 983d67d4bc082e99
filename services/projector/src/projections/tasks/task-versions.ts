/** Every state that a task was in: what nearly every event changes. */
import { bigint, type CopyColumn, float, text, time } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Write } from '../../rows/write.js';
import type { TaskMemory } from './task-memory.js';

/** The task after the event at `task.position`, from `validFrom` on, which is past it where the event took effect late. */
export interface TaskVersion extends Pick<TaskMemory, 'task' | 'validFrom' | 'messageFrom'> {
  /** The message as searches see it, where the event brought it. */
  messageKey: string | null;
}

const COLUMNS: CopyColumn<TaskVersion>[] = [
  bigint('id', ({ task }) => task.id),
  bigint('valid_from', ({ validFrom }) => validFrom),
  bigint('late_event', ({ task, validFrom }) => (validFrom === task.position ? null : task.position)),
  float('progress', ({ task }) => task.progress),
  text('message', ({ task, validFrom, messageFrom }) => (messageFrom === validFrom ? task.message : null)),
  time('updated_at', ({ task }) => task.updated_at),
  text('message_key', ({ messageKey }) => messageKey),
  bigint('message_from', ({ messageFrom }) => messageFrom),
];

export function writingVersions(table: string, versions: readonly TaskVersion[]): Write {
  return copyRows(table, COLUMNS, versions);
}
