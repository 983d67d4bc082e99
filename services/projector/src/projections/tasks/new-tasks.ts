/** The rows that tasks are found by. */
import type { Task } from '@att/contracts';
import { bigint, type Column, text, time } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Write } from '../../rows/write.js';

export interface NewTask {
  task: Task;
  presentFrom: number;
}

const COLUMNS: Column<NewTask>[] = [
  bigint('id', ({ task }) => task.id),
  text('project', ({ task }) => task.project),
  bigint('project_id', ({ task }) => task.project_id),
  text('task_id', ({ task }) => task.task_id),
  bigint('present_from', ({ presentFrom }) => presentFrom),
  time('created_at', ({ task }) => task.created_at),
];

export function writingTasks(table: string, tasks: readonly NewTask[]): Write {
  return copyRows(table, COLUMNS, tasks);
}
