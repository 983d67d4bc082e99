import type { TaskEvent } from '@att/contracts';
import { taskKey } from '../rows/row-cache.js';

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
  /** Position from which on histories have it. */
  at: number;
  before: TaskOutcome | undefined;
  after: TaskOutcome;
}

/** Outcomes as a batch leaves them, once each. */
export interface OutcomeChanges {
  /** Of tasks that the batch brought. */
  added: readonly TaskOutcome[];
  /** Of others, where they are not what they were. */
  changed: readonly TaskOutcome[];
}

export const NO_CHANGES: OutcomeChanges = { added: [], changed: [] };

export function outcomeChanges(transitions: readonly Transition[]): OutcomeChanges {
  const added = new Map<string, TaskOutcome>();
  const changed = new Map<string, TaskOutcome>();
  for (const { before, after } of transitions) {
    if (before !== undefined && !changesOutcome(before, after)) continue;
    const key = taskKey(after);
    if (before === undefined || added.has(key)) added.set(key, after);
    else changed.set(key, after);
  }
  return { added: [...added.values()], changed: [...changed.values()] };
}

function changesOutcome(a: TaskOutcome, b: TaskOutcome): boolean {
  return (
    a.agent !== b.agent ||
    a.status !== b.status ||
    a.started_at !== b.started_at ||
    a.finished_at !== b.finished_at ||
    a.duration_seconds !== b.duration_seconds
  );
}
