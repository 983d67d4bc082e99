/** Range of a replay, looked up in the log: its positions, its times, and the marks of its timeline. */
import type { TaskEvent } from '@att/contracts';
import { ApiProblem } from '../api/errors';
import type { Client } from '../api/make-client';
import { serverClock } from '../live/server-clock';
import type { ReplayAddress } from './address';
import { between, lastEvents, nextEvent } from './events-around';
import { bucketSizeFor, type Mark, markOfBucket, markOfEvent } from './marks';
import type { PositionRange } from './replay-state';
import type { Scope } from './scope';

export interface ReplayRange {
  scope: Scope;
  positions: PositionRange;
  /** Ends of the timeline, in milliseconds since 1970. */
  from: number;
  to: number;
  marks: readonly Mark[];
  /** Number of the scope's events in the range; undefined where there are too many to count. */
  total: number | undefined;
  /** Number of the scope's events up to a position. */
  countAt(position: number, signal: AbortSignal): Promise<number | undefined>;
  /** Events of the scope, where it is a single task and all of them are loaded. */
  events: readonly TaskEvent[] | undefined;
}

/** Range without events, and the reason. */
export type EmptyRange = { nothing: 'events' | 'here' | 'project' | 'task' };

/** Most events that each get a mark of their own; with more, a mark stands for a minute, an hour or a day. */
const MAX_MARKED = 1_000;
/** Most events of one task that are loaded. */
const MAX_TASK_EVENTS = 5_000;

export async function loadReplayRange(
  client: Client,
  { scope, from, to }: ReplayAddress,
  signal: AbortSignal,
): Promise<ReplayRange | EmptyRange> {
  const search = { client, scope, signal };
  // An answer as of a time says which position that time stands for.
  const { position: end } = await client.read('getStats', { query: { as_of: to }, signal });
  const before = from === undefined ? 0 : await positionBefore(client, from, end, signal);
  const [first, [last]] = await Promise.all([
    nextEvent(search, before, end),
    lastEvents(search, before, end, 1),
  ]);
  if (first === undefined || last === undefined)
    return { nothing: await whyNothing(client, scope, to === undefined && end === 0, signal) };

  const positions = { project: scope.project, after: first.position - 1, until: last.position };
  const times = {
    from: Date.parse(from ?? first.recorded_at),
    to: Math.max(
      Date.parse(last.recorded_at),
      Math.min(Date.parse(to ?? last.recorded_at), serverClock.now()),
    ),
  };
  const counted =
    scope.taskId === undefined
      ? await countedBySeries(client, scope, positions, times, signal)
      : await countedByEvents(search, positions);
  return { scope, positions, ...times, ...counted };
}

/** Last position that was recorded before a time. */
async function positionBefore(
  client: Client,
  time: string,
  end: number,
  signal: AbortSignal,
): Promise<number> {
  const justBefore = new Date(Date.parse(time) - 1).toISOString();
  const { position } = await client.read('getStats', { query: { as_of: justBefore }, signal });
  return Math.min(position, end);
}

async function whyNothing(
  client: Client,
  { project, taskId }: Scope,
  isEmpty: boolean,
  signal: AbortSignal,
): Promise<EmptyRange['nothing']> {
  if (project === undefined) return isEmpty ? 'events' : 'here';
  const read =
    taskId === undefined
      ? client.read('getProject', { params: { name: project }, signal })
      : client.read('getProjectTask', { params: { name: project, task_id: taskId }, signal });
  try {
    await read;
    return 'here';
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 404) throw error;
    return taskId === undefined ? 'project' : 'task';
  }
}

type Counted = Pick<ReplayRange, 'marks' | 'total' | 'countAt' | 'events'>;

async function countedBySeries(
  client: Client,
  scope: Scope,
  positions: PositionRange,
  times: { from: number; to: number },
  signal: AbortSignal,
): Promise<Counted> {
  const countUpTo = async (position: number, abort: AbortSignal): Promise<number> => {
    const query = { bucket: 'day', project: scope.project, as_of: String(position) };
    const { body } = await client.read('getSeries', { query, signal: abort });
    return body.reduce((sum, day) => sum + day.started + day.progressed + day.completed + day.failed, 0);
  };
  const [before, all] = await Promise.all([
    countUpTo(positions.after, signal),
    countUpTo(positions.until, signal),
  ]);
  const total = all - before;
  return {
    marks: await marksOf(client, scope, positions, times, total, signal),
    total,
    countAt: async (position, abort) => (await countUpTo(position, abort)) - before,
    events: undefined,
  };
}

async function marksOf(
  client: Client,
  scope: Scope,
  { after, until }: PositionRange,
  { from, to }: { from: number; to: number },
  total: number,
  signal: AbortSignal,
): Promise<Mark[]> {
  if (total <= MAX_MARKED) return (await between({ client, scope, signal }, after, until)).map(markOfEvent);
  const bucket = bucketSizeFor(to - from);
  const query = {
    bucket,
    project: scope.project,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    as_of: String(until),
  };
  const { body } = await client.read('getSeries', { query, signal });
  return body.map((row) => markOfBucket(row, bucket));
}

async function countedByEvents(
  search: Parameters<typeof between>[0],
  { after, until }: PositionRange,
): Promise<Counted> {
  const events = await between(search, after, until, MAX_TASK_EVENTS);
  // A list that was cut off says nothing of the number of events behind it.
  const isWhole = events.at(-1)?.position === until;
  return {
    marks: events.map(markOfEvent),
    total: isWhole ? events.length : undefined,
    countAt: async (position) =>
      isWhole ? events.filter((event) => event.position <= position).length : undefined,
    events: isWhole ? events : undefined,
  };
}
