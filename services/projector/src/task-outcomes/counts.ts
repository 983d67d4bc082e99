/** How a task counts; sums of these are what projects and stats keep. */

import type { TaskOutcome } from '../fold/task-outcome.js';
import { bigint } from '../rows/column.js';

export interface Counts {
  total: number;
  active: number;
  completed: number;
  failed: number;
}

export const NO_COUNTS: Readonly<Counts> = { total: 0, active: 0, completed: 0, failed: 0 };

/** Adds a task to counts, or takes it out again with `sign` -1. */
export function countTask(counts: Counts, task: TaskOutcome, sign: 1 | -1): void {
  counts.total += sign;
  if (task.finished_at === null) counts.active += sign;
  else if (task.status === 'completed') counts.completed += sign;
  else if (task.status === 'failed') counts.failed += sign;
}

/** An active task counts as active whatever it calls its work. */
export function countsAlike(a: TaskOutcome, b: TaskOutcome): boolean {
  const isActive = a.finished_at === null;
  return isActive === (b.finished_at === null) && (isActive || a.status === b.status);
}

export const COUNT_COLUMNS = {
  total: bigint((row: Counts) => row.total),
  active: bigint((row: Counts) => row.active),
  completed: bigint((row: Counts) => row.completed),
  failed: bigint((row: Counts) => row.failed),
};
