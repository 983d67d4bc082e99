import type { Task } from '@att/contracts';

/** What an event that was applied made of its task. */
export interface TaskChange {
  before: Task | undefined;
  after: Task;
  /** Position from which on histories have it. */
  at: number;
}
