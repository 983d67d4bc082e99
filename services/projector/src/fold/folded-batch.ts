import { isTaskLogEvent, type LogEvent, type TaskLogEvent } from '@att/platform/event-log';
import { taskKey } from '../rows/row-cache.js';
import { newOutcomes, type OutcomeVersion, type Transition } from './task-outcome.js';

/** A task that events of a batch are of. */
interface BatchTask extends Pick<TaskLogEvent, 'project' | 'task_id'> {
  /** By which `RowCache` has it. */
  key: string;
}

/**
 * A batch on its way through the writers of a group. They are all at one checkpoint, so what its events
 * do to their tasks is the same for each: the first that works it out leaves it here for the others.
 */
export class FoldedBatch {
  #transitions: readonly Transition[] | undefined;
  #newOutcomes: readonly OutcomeVersion[] = [];

  /** Those that tasks follow from. Their payloads are parsed one by one, as they are folded, and forgotten: so they die young. */
  readonly events: readonly TaskLogEvent[];
  /** Once each, in the order of their first events. */
  readonly tasks: readonly BatchTask[];
  /** Of each event, its task's place among `tasks`: what memory has of a task is looked up once a batch, not for each event. */
  readonly places: readonly number[];

  /**
   * @param logEvents those to be applied
   * @param position the checkpoint after the batch
   * @param isLate whether they are events that a task has waited with, which take effect together at that position, past
   * their own. Histories have one row a key and position, so of what they made of it the last holds.
   */
  constructor(
    readonly logEvents: readonly LogEvent[],
    readonly position: number,
    readonly isLate = false,
  ) {
    this.events = logEvents.filter(isTaskLogEvent);
    ({ tasks: this.tasks, places: this.places } = tasksOf(this.events));
  }

  /** The position from which histories have what the event did. */
  effectOf({ position }: Pick<LogEvent, 'position'>): number {
    return this.isLate ? this.position : position;
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

function tasksOf(events: readonly TaskLogEvent[]): Pick<FoldedBatch, 'tasks' | 'places'> {
  const tasks: BatchTask[] = [];
  const byKey = new Map<string, number>();
  const places = events.map((event) => {
    const key = taskKey(event);
    const known = byKey.get(key);
    if (known !== undefined) return known;
    byKey.set(key, tasks.length);
    return tasks.push({ key, project: event.project, task_id: event.task_id }) - 1;
  });
  return { tasks, places };
}
