/** World of a replay at a position or time, from REST. */
import { stateOfSummary, type TaskEvent, type TaskState, type TaskSummary } from '@att/contracts';
import type { Client } from '../api/make-client';
import { taskKey } from '../live/change';
import { lastEvents } from './events-around';
import type { ReplayRange } from './load-replay-range';
import type { Shown, Target } from './replay-state';
import type { Scope } from './scope';
import { counterOf, MAX_RECENT, NO_COUNTS, type World, type WorldCounts } from './world';

/** Most tasks of one page of the server. */
const PAGE = 200;
/** Most tasks that are loaded, those with the latest events; the others are only counted. */
const MAX_LOADED = 1_000;

export async function loadShown(
  client: Client,
  range: ReplayRange,
  target: Target,
  signal: AbortSignal,
): Promise<Shown> {
  const { positions, scope } = range;
  const position =
    'position' in target
      ? target.position
      : Math.min(positions.until, Math.max(positions.after, await positionAt(client, target.time, signal)));
  const [{ recent, tasks }, seen] = await Promise.all([
    scope.taskId === undefined
      ? loadScope(client, scope, position, signal)
      : loadTask(client, scope, position, signal),
    range.countAt(position, signal),
  ]);
  const time =
    'time' in target ? target.time : position === positions.after ? undefined : recent.at(-1)?.recorded_at;
  return {
    position,
    time: time ?? new Date(range.from).toISOString(),
    world: { scope, recent, seen, inexactAt: 0, ...tasks },
  };
}

async function positionAt(client: Client, time: string, signal: AbortSignal): Promise<number> {
  return (await client.read('getStats', { query: { as_of: time }, signal })).position;
}

type Tasks = Pick<World, 'tasks' | 'whole' | 'counts'>;

interface Loaded {
  recent: TaskEvent[];
  tasks: Tasks;
}

async function loadScope(
  client: Client,
  scope: Scope,
  position: number,
  signal: AbortSignal,
): Promise<Loaded> {
  const [recent, tasks] = await Promise.all([
    lastEvents({ client, scope, signal }, 0, position, MAX_RECENT),
    loadTasks(client, scope, position, signal),
  ]);
  return { recent, tasks };
}

/** Loads one task, which cannot be read as of a position before its first event. */
async function loadTask(
  client: Client,
  scope: Scope,
  position: number,
  signal: AbortSignal,
): Promise<Loaded> {
  const recent = await lastEvents({ client, scope, signal }, 0, position, MAX_RECENT);
  const [event] = recent;
  if (event === undefined) return { recent, tasks: { tasks: new Map(), whole: true, counts: NO_COUNTS } };
  const params = { name: event.project, task_id: event.task_id };
  const { body } = await client.read('getProjectTask', { params, query: { as_of: `${position}` }, signal });
  const counts = { ...NO_COUNTS, total: 1, [counterOf(body)]: 1 };
  return { recent, tasks: { tasks: new Map([[taskKey(body), body]]), whole: true, counts } };
}

async function loadTasks(
  client: Client,
  { project }: Scope,
  position: number,
  signal: AbortSignal,
): Promise<Tasks> {
  // Pages as of one position do not shift, so they can be fetched at the same time.
  const page = (offset: number) => {
    const query = { project, as_of: String(position), sort: '-updated', limit: PAGE, offset };
    return client.read('listTasks', { query, signal });
  };
  const [first, stats] = await Promise.all([
    page(0),
    client.read('getStats', { query: { project, as_of: String(position) }, signal }),
  ]);
  const counts = countsOf(stats.body);
  const offsets: number[] = [];
  for (let offset = PAGE; offset < Math.min(counts.total, MAX_LOADED); offset += PAGE) offsets.push(offset);
  const rest = await Promise.all(offsets.map(page));
  const rows = [first, ...rest].flatMap(({ body }) => body);
  return {
    tasks: new Map(rows.reverse().map((row) => [taskKey(row), stateOf(row)])),
    whole: rows.length >= counts.total,
    counts,
  };
}

function countsOf(
  stats: Record<'total_tasks' | 'active_tasks' | 'completed_tasks' | 'failed_tasks', number>,
): WorldCounts {
  const {
    total_tasks: total,
    active_tasks: active,
    completed_tasks: completed,
    failed_tasks: failed,
  } = stats;
  return { total, active, completed, failed, cancelled: total - active - completed - failed };
}

/** State of a listed task, without its large fields: only the world of a single task has them. */
function stateOf({ project_id: _, ...row }: TaskSummary): TaskState {
  return stateOfSummary(row);
}
