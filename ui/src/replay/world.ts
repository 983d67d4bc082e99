/**
 * World: the state of a replay at a position, with the tasks of its scope, their counts, and the events before.
 * `foldWorld` moves it on to a later position with the `evolve` of the contracts.
 */
import { evolve, isActive, NOT_IN_SUMMARY, type TaskEvent, type TaskState } from '@att/contracts';
import { taskKey } from '../live/change';
import { isOfScope, type Scope } from './scope';

export interface WorldCounts {
  active: number;
  completed: number;
  failed: number;
  cancelled: number;
  total: number;
}

export interface World {
  scope: Scope;
  /** Tasks by key, the one with the latest event last. Only a single task has its result, stack trace and metadata. */
  tasks: ReadonlyMap<string, TaskState>;
  /** True when every task of the scope is in `tasks`, so that a task that is not there is new. */
  whole: boolean;
  counts: WorldCounts;
  /** Number of events of the range up to here; undefined where they could not be counted. */
  seen: number | undefined;
  /** Last events, in the order of the log. */
  recent: readonly TaskEvent[];
  /** Position of the last event whose effect is not known here; 0 when the world is exact. */
  inexactAt: number;
}

/** Played event, with the names of the fields that its frame has only a part of. */
export interface Played {
  event: TaskEvent;
  truncated: readonly string[];
}

/** Most events in `recent`. */
export const MAX_RECENT = 100;
/** Most tasks in memory. The task with the oldest event is forgotten first, and stays counted. */
export const MAX_TASKS = 5_000;

export const NO_COUNTS: WorldCounts = { active: 0, completed: 0, failed: 0, cancelled: 0, total: 0 };

export function emptyWorld(scope: Scope): World {
  return { scope, tasks: new Map(), whole: true, counts: NO_COUNTS, seen: 0, recent: [], inexactAt: 0 };
}

/** @param played events after the position of the world, in the order of the log; those of other scopes are left out */
export function foldWorld(world: World, played: readonly Played[], maxTasks: number = MAX_TASKS): World {
  const own = played.filter(({ event }) => isOfScope(world.scope, event));
  if (own.length === 0) return world;
  const tasks = new Map(world.tasks);
  const counts = { ...world.counts };
  const isSingle = world.scope.taskId !== undefined;
  let { inexactAt, whole } = world;
  for (const { event, truncated } of own) {
    const key = taskKey(event);
    const before = tasks.get(key);
    if (before === undefined && !whole) inexactAt = event.position;
    const after = evolve(before, event);
    if (isSingle && after !== before && truncated.length > 0) inexactAt = event.position;
    recount(counts, before ?? (whole ? undefined : likelyBefore(after)), after);
    tasks.delete(key);
    tasks.set(key, isSingle ? after : withoutLarge(after));
    if (tasks.size > maxTasks) {
      tasks.delete(tasks.keys().next().value as string);
      whole = false;
    }
  }
  return {
    ...world,
    tasks,
    whole,
    counts,
    seen: world.seen === undefined ? undefined : world.seen + own.length,
    recent: [...world.recent, ...own.map(({ event }) => event)].slice(-MAX_RECENT),
    inexactAt,
  };
}

/** Counter that a task is in, besides the total. */
export function counterOf(
  task: Pick<TaskState, 'status' | 'finished_at'>,
): Exclude<keyof WorldCounts, 'total'> {
  if (isActive(task)) return 'active';
  return task.status === 'completed' || task.status === 'failed' ? task.status : 'cancelled';
}

function recount(counts: WorldCounts, before: TaskState | undefined, after: TaskState): void {
  if (before === undefined) counts.total += 1;
  else counts[counterOf(before)] -= 1;
  counts[counterOf(after)] += 1;
}

/**
 * Likely state of a forgotten task before its event, for the counts until they are fetched again: a start is of a new
 * task, any other event of an active one.
 */
function likelyBefore(after: TaskState): TaskState | undefined {
  return after.started_at === null ? { ...after, finished_at: null } : undefined;
}

function withoutLarge(task: TaskState): TaskState {
  if (task.result === null && task.stack_trace === null && Object.keys(task.metadata).length === 0)
    return task;
  return { ...task, ...NOT_IN_SUMMARY };
}
