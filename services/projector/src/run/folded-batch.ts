import type { TaskEvent } from '@att/contracts';
import { type LogEvent, taskEventOf } from '@att/platform/event-log';
import { taskKey } from '../rows/row-cache.js';
import { newOutcomes, type OutcomeVersion, type Transition } from '../task-outcomes/task-outcome.js';

/**
 * A batch on its way through the writers of a group. They are all at one checkpoint, so what its events
 * do to their tasks is the same for each: the first that works it out leaves it here for the others.
 */
export class FoldedBatch {
  #transitions: readonly Transition[] | undefined;
  #newOutcomes: readonly OutcomeVersion[] = [];

  readonly events: readonly TaskEvent[];
  /** Of the task of each event. Made once, as a text is hashed once: keys and look-ups were 5 % of the time. */
  readonly keys: readonly string[];

  /**
   * @param logEvents all of the batch; `events` are those that tasks follow from, parsed
   * @param late where events that a task has waited with take effect together, past their own positions
   */
  constructor(
    readonly logEvents: readonly LogEvent[],
    private readonly late?: number,
  ) {
    this.events = logEvents.map(taskEventOf).filter((event) => event !== undefined);
    this.keys = this.events.map(taskKey);
  }

  /** Histories have one row a key and position, so of what late events made of it the last holds. */
  get isLate(): boolean {
    return this.late !== undefined;
  }

  /** The position from which histories have what the event did. */
  effectOf({ position }: Pick<LogEvent, 'position'>): number {
    return this.late ?? position;
  }

  /** What each event that applied did, in order; undefined until a writer has told. */
  get transitions(): readonly Transition[] | undefined {
    return this.#transitions;
  }

  set transitions(transitions: readonly Transition[]) {
    this.#transitions = transitions;
    this.#newOutcomes = newOutcomes(transitions);
  }

  get newOutcomes(): readonly OutcomeVersion[] {
    return this.#newOutcomes;
  }
}
