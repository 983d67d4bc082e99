/** Every state that a task was in: what nearly every event changes. */
import { bigint, copyColumns, float, text, time } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Write } from '../../rows/write.js';
import type { TaskMemory } from './task-memory.js';

/** The task after the event at `task.position`, from `validFrom` on, which is past it where the event took effect late. */
export interface TaskVersion extends Pick<TaskMemory, 'task' | 'validFrom' | 'messageFrom'> {
  /** The message as searches see it, where the event brought it. */
  messageKey: string | null;
}

const COLUMNS = copyColumns<'task_versions', TaskVersion>({
  id: bigint(({ task }) => task.id),
  valid_from: bigint(({ validFrom }) => validFrom),
  late_event: bigint(({ task, validFrom }) => (validFrom === task.position ? null : task.position)),
  progress: float(({ task }) => task.progress),
  message: text(({ task, validFrom, messageFrom }) => (messageFrom === validFrom ? task.message : null)),
  updated_at: time(({ task }) => task.updated_at),
  message_key: text(({ messageKey }) => messageKey),
  message_from: bigint(({ messageFrom }) => messageFrom),
});

export function copyVersions(table: string, versions: readonly TaskVersion[]): Write {
  return copyRows(table, COLUMNS, versions);
}
