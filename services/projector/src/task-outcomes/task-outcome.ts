import type { TaskEvent } from '@att/contracts';
import { taskKey } from '../row-cache.js';

/** What a counting projection remembers of a task. */
export interface TaskOutcome {
  project: string;
  task_id: string;
  agent: string;
  status: string;
  started_at: string | null;
  finished_at: string | null;
  duration_seconds: number | null;
}

/** One event's effect on its task; `before` is undefined for the task's first event. */
export interface Transition {
  event: TaskEvent;
  before: TaskOutcome | undefined;
  after: TaskOutcome;
}

/** Each task whose outcome some transition changed, as it is after the last of them. */
export function changedOutcomes(transitions: readonly Transition[]): TaskOutcome[] {
  const changed = new Map<string, TaskOutcome>();
  for (const { before, after } of transitions) {
    if (before === undefined || changesOutcome(before, after)) changed.set(taskKey(after), after);
  }
  return [...changed.values()];
}

export function changesOutcome(a: TaskOutcome, b: TaskOutcome): boolean {
  return (
    a.agent !== b.agent ||
    a.status !== b.status ||
    a.started_at !== b.started_at ||
    a.finished_at !== b.finished_at ||
    a.duration_seconds !== b.duration_seconds
  );
}
