import type { TaskLogEvent } from '@att/platform/event-log';

/** What a counting projection remembers of a task. */
export interface TaskOutcome {
  project: string;
  task_id: string;
  agent: string;
  status: string;
  attempt: number;
  started_at: string | null;
  finished_at: string | null;
  duration_seconds: number | null;
}

/** One event's effect on its task; `before` is undefined for the task's first event. */
export interface Transition {
  event: TaskLogEvent;
  /** Position from which on histories have it. */
  at: number;
  before: TaskOutcome | undefined;
  after: TaskOutcome;
}

/** A task's outcome from a position on. */
export type OutcomeVersion = Pick<Transition, 'at' | 'after'>;

export function newOutcomes(transitions: readonly Transition[]): readonly OutcomeVersion[] {
  return transitions.filter(({ before, after }) => before === undefined || changesOutcome(before, after));
}

function changesOutcome(a: TaskOutcome, b: TaskOutcome): boolean {
  return (
    a.agent !== b.agent ||
    a.status !== b.status ||
    a.attempt !== b.attempt ||
    a.started_at !== b.started_at ||
    a.finished_at !== b.finished_at ||
    a.duration_seconds !== b.duration_seconds
  );
}
