/**
 * Outcomes: what counting projections remember of each task, just enough to evolve it, and to take it back out of a count that it
 * was in. Each generation that counts has such a table of its own (ADR 4).
 */
import { evolve, NOT_IN_SUMMARY, type TaskEvent, type TaskState } from '@att/contracts';
import { parsedTaskEvent, type TaskLogEvent } from '@att/platform/event-log';
import type { FoldedBatch } from '../fold/folded-batch.js';
import { type TaskOutcome, TaskTransitions, type Transition } from '../fold/task-outcome.js';
import { copyRows } from '../rows/copy-rows.js';
import type { Loader } from '../rows/loader.js';
import { RowCache, taskKey } from '../rows/row-cache.js';
import type { Write } from '../rows/write.js';
import { YIELD_EVENTS, yieldToEventLoop } from '../rows/yield-to-event-loop.js';
import { loadOutcomes, OUTCOME_COLUMNS } from './outcomes-table.js';

export type { TaskOutcome, Transition } from '../fold/task-outcome.js';
export { isSameToStats } from './durations.js';
export { outcomesKey } from './outcomes-table.js';

const CACHED_OUTCOMES = 50_000;

export class TaskOutcomes {
  readonly #cache: RowCache<TaskOutcome>;

  /** @param position checkpoint after which the generation goes on */
  constructor(
    private readonly table: string,
    position: number,
  ) {
    this.#cache = new RowCache({ capacity: CACHED_OUTCOMES, isTableEmpty: position === 0 });
  }

  /**
   * Effects of the batch on its tasks. Reports that do not apply, such as a status after the end, are left out.
   *
   * @param known the effects, where another writer has worked them out
   */
  async transitions(
    loader: Loader,
    batch: FoldedBatch,
    known: TaskTransitions | undefined,
  ): Promise<TaskTransitions> {
    if (known === undefined) return new TaskTransitions(await this.#fold(loader, batch));
    this.#cache.passedOver();
    return known;
  }

  /** Copies the outcomes that the batch changed. */
  copyNew(batch: FoldedBatch, { newOutcomes }: TaskTransitions): Write {
    const rows = batch.kept(newOutcomes, ({ after }) => taskKey(after));
    return copyRows(this.table, OUTCOME_COLUMNS, rows);
  }

  async #fold(loader: Loader, batch: FoldedBatch): Promise<Transition[]> {
    const { events, tasks, taskIndexes } = batch;
    const unknown = tasks.filter(({ key }) => this.#cache.isToLoad(key));
    if (unknown.length > 0) {
      const rows = await loadOutcomes(loader, this.table, unknown);
      for (const row of rows) this.#cache.set(taskKey(row), row);
    }
    const transitions: Transition[] = [];
    const outcomes = tasks.map(({ key }) => this.#cache.get(key));
    for (let index = 0; index < events.length; index++) {
      const event = events[index] as TaskLogEvent;
      if (index % YIELD_EVENTS === YIELD_EVENTS - 1) await yieldToEventLoop();
      const taskIndex = taskIndexes[index] as number;
      const before = outcomes[taskIndex];
      const after = evolveOutcome(before, parsedTaskEvent(event));
      if (after === undefined) continue;
      transitions.push({ event, at: batch.effectOf(event), before, after });
      outcomes[taskIndex] = after;
    }
    this.#cache.setChanged(tasks, outcomes);
    this.#cache.trim();
    return transitions;
  }
}

/** Undefined when the event does not apply. */
function evolveOutcome(before: TaskOutcome | undefined, event: TaskEvent): TaskOutcome | undefined {
  const state = before === undefined ? undefined : { ...UNCOUNTED, ...before };
  const after = evolve(state, event);
  if (after === state) return undefined;
  const { project, task_id, agent, status, attempt, started_at, finished_at, duration_seconds } = after;
  return { project, task_id, agent, status, attempt, started_at, finished_at, duration_seconds };
}

/** Fields of a task that nothing here counts; `evolve` wants a whole task. */
const UNCOUNTED: Omit<TaskState, keyof TaskOutcome> = {
  id: 1,
  title: '',
  progress: 0,
  message: null,
  created_at: '',
  updated_at: '',
  error_type: null,
  error_message: null,
  ...NOT_IN_SUMMARY,
  position: 1,
};
