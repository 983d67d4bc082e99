/** The rows that tasks are found by. */
import { bigint, type Column, text, time } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Write } from '../../rows/write.js';
import type { TaskMemory } from './task-memory.js';

export type NewTask = Pick<TaskMemory, 'task' | 'projectId' | 'presentFrom'>;

const COLUMNS: Column<NewTask>[] = [
  bigint('id', ({ task }) => task.id),
  text('project', ({ task }) => task.project),
  bigint('project_id', ({ projectId }) => projectId),
  text('task_id', ({ task }) => task.task_id),
  bigint('present_from', ({ presentFrom }) => presentFrom),
  time('created_at', ({ task }) => task.created_at),
];

export function writingTasks(table: string, tasks: readonly NewTask[]): Write {
  return copyRows(table, COLUMNS, tasks);
}
