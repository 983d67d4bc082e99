/** Outcomes of tasks, and the transitions between them: what counting projections count. */
import type { TaskLogEvent } from '@att/platform/event-log';

/** Fields of a task that counting projections remember. */
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

/** Effect of one event on its task; `before` is undefined for the task's first event. */
export interface Transition {
  event: TaskLogEvent;
  /** Position from which histories have it. */
  at: number;
  before: TaskOutcome | undefined;
  after: TaskOutcome;
}

/** Outcome of a task from a position on. */
export type OutcomeVersion = Pick<Transition, 'at' | 'after'>;

/** Effects of a batch on its tasks. Generations at one checkpoint share them: the first writer that needs them works them out. */
export class TaskTransitions {
  #newOutcomes: readonly OutcomeVersion[] | undefined;

  /** @param all transition of each event that applied, in order */
  constructor(readonly all: readonly Transition[]) {}

  /** Outcomes that are not what they were before. */
  get newOutcomes(): readonly OutcomeVersion[] {
    this.#newOutcomes ??= this.all.filter(
      ({ before, after }) => before === undefined || changesOutcome(before, after),
    );
    return this.#newOutcomes;
  }
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
