/** The rows that tasks are found by. */
import { bigint, copyColumns, text, time } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Write } from '../../rows/write.js';
import type { TaskMemory } from './task-memory.js';

export type NewTask = Pick<TaskMemory, 'task' | 'projectId' | 'presentFrom'>;

const COLUMNS = copyColumns<'tasks', NewTask>({
  id: bigint(({ task }) => task.id),
  project: text(({ task }) => task.project),
  project_id: bigint(({ projectId }) => projectId),
  task_id: text(({ task }) => task.task_id),
  present_from: bigint(({ presentFrom }) => presentFrom),
  created_at: time(({ task }) => task.created_at),
});

export function copyTasks(table: string, tasks: readonly NewTask[]): Write {
  return copyRows(table, COLUMNS, tasks);
}
