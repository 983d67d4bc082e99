/** The rows that a task is found by; all else is in its latest version. */
import { bigint, type Column, text, time } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import { updateRows } from '../../rows/update-rows.js';
import type { Write } from '../../rows/write.js';
import type { TaskMemory } from './task-memory.js';

const ID: Column<TaskMemory> = bigint('id', ({ task }) => task.id);

const FIXED: Column<TaskMemory>[] = [
  text('project', ({ task }) => task.project),
  bigint('project_id', ({ task }) => task.project_id),
  text('task_id', ({ task }) => task.task_id),
  bigint('present_from', ({ presentFrom }) => presentFrom),
  time('created_at', ({ task }) => task.created_at),
];

const MOVING: Column<TaskMemory>[] = [
  text('agent', ({ task }) => task.agent),
  text('status', ({ task }) => task.status),
  bigint('span_from', ({ spanFrom }) => spanFrom),
];

/** Tasks as a batch leaves them. They change where their spans do: two or three times in a task's ten events. */
export class CurrentTasks {
  readonly #added = new Map<number, TaskMemory>();
  readonly #changed = new Map<number, TaskMemory>();

  follow(before: TaskMemory | undefined, after: TaskMemory): void {
    const { id } = after.task;
    if (before === undefined || this.#added.has(id)) this.#added.set(id, after);
    // Late events may change it more than once at one position.
    else if (before.spanFrom !== after.spanFrom || this.#changed.has(id)) this.#changed.set(id, after);
  }

  writing(table: string): Write[] {
    return [
      copyRows(table, [ID, ...FIXED, ...MOVING], [...this.#added.values()]),
      updateRows(table, [ID], MOVING, [...this.#changed.values()]),
    ];
  }
}
