/**
 * What counting projections remember of each task: just enough to evolve it, and to take it back out
 * of a count that it was in. Each generation that counts has such a table of its own.
 */
import { evolve, type TaskEvent, type TaskState } from '@att/contracts';
import type { ClientBase } from 'pg';
import { RowCache, taskKey, unknownTasks } from '../row-cache.js';
import { loadOutcomes } from './load-outcomes.js';
import type { TaskOutcome } from './task-outcome.js';
import { writeOutcomes } from './write-outcomes.js';

export { outcomesTable } from './outcomes-table.js';
export type { TaskOutcome } from './task-outcome.js';

/** One event's effect on its task; `before` is undefined for the task's first event. */
export interface Transition {
  event: TaskEvent;
  before: TaskOutcome | undefined;
  after: TaskOutcome;
}

const CACHED_OUTCOMES = 50_000;

export class TaskOutcomes {
  readonly #cache = new RowCache<TaskOutcome>(CACHED_OUTCOMES);

  constructor(private readonly table: string) {}

  /** Applies the batch to the remembered tasks. Late statuses, which do not apply, are left out. */
  async transitions(client: ClientBase, events: readonly TaskEvent[]): Promise<Transition[]> {
    const unknown = unknownTasks(this.#cache, events);
    if (unknown.length > 0) {
      for (const row of await loadOutcomes(client, this.table, unknown)) this.#cache.set(taskKey(row), row);
    }
    const transitions: Transition[] = [];
    const changed = new Map<string, TaskOutcome>();
    for (const event of events) {
      const key = taskKey(event);
      const before = this.#cache.get(key);
      const after = evolveOutcome(before, event);
      if (after === undefined) continue;
      transitions.push({ event, before, after });
      this.#cache.set(key, after);
      if (before === undefined || differs(before, after)) changed.set(key, after);
    }
    if (changed.size > 0) await writeOutcomes(client, this.table, [...changed.values()]);
    this.#cache.trim();
    return transitions;
  }
}

/** Undefined when the event does not apply. */
export function evolveOutcome(before: TaskOutcome | undefined, event: TaskEvent): TaskOutcome | undefined {
  const state = before === undefined ? undefined : { ...UNCOUNTED, ...before };
  const after = evolve(state, event);
  if (after === state) return undefined;
  const { project, task_id, agent, status, started_at, finished_at, duration_seconds } = after;
  return { project, task_id, agent, status, started_at, finished_at, duration_seconds };
}

function differs(a: TaskOutcome, b: TaskOutcome): boolean {
  return (
    a.agent !== b.agent ||
    a.status !== b.status ||
    a.started_at !== b.started_at ||
    a.finished_at !== b.finished_at ||
    a.duration_seconds !== b.duration_seconds
  );
}

/** Fields of a task that nothing here counts; `evolve` wants a whole task. */
const UNCOUNTED: Omit<TaskState, keyof TaskOutcome> = {
  id: 1,
  title: '',
  progress: 0,
  message: null,
  attempt: 1,
  created_at: '',
  updated_at: '',
  result: null,
  error_type: null,
  error_message: null,
  stack_trace: null,
  metadata: {},
  position: 1,
};
