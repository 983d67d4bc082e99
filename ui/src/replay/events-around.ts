/** Search for the events of a scope before and after a position: the API lists events only forwards. */
import { type Event, isTaskEventType, type TaskEvent } from '@att/contracts';
import type { Client } from '../api/make-client';
import { eventFilter, type Scope } from './scope';

/** Most events of one page of the server. */
const MAX_LIMIT = 1_000;
/** Positions in the first window of a search backwards; the next is eight times as large where too few were found. */
const FIRST_WINDOW = 200;
const GROWTH = 8;

export interface EventSearch {
  client: Client;
  scope: Scope;
  /** Type of the events; without it, any. */
  type?: 'task.failed' | undefined;
  signal?: AbortSignal | undefined;
}

/** First event behind `after`, up to and with `until`. */
export async function nextEvent(
  search: EventSearch,
  after: number,
  until: number,
): Promise<TaskEvent | undefined> {
  let from = after;
  while (from < until) {
    const page = await read(search, from, until, 20);
    const found = page.map(taskEventOf).find((event) => event !== undefined);
    if (found !== undefined || page.length === 0) return found;
    from = page.at(-1)?.position ?? until;
  }
  return undefined;
}

/** Last `count` events behind `after`, up to and with `until`, in the order of the log. */
export async function lastEvents(
  search: EventSearch,
  after: number,
  until: number,
  count: number,
): Promise<TaskEvent[]> {
  let found: TaskEvent[] = [];
  let end = until;
  let size = FIRST_WINDOW;
  while (end > after && found.length < count) {
    const start = Math.max(after, end - size);
    const window = await between(search, start, end, MAX_LIMIT);
    if (window.length >= MAX_LIMIT && size > MAX_LIMIT) {
      // The window is full of events before a gap, and its first page does not reach their end: a smaller window does.
      size = Math.max(MAX_LIMIT, Math.floor(size / GROWTH));
      continue;
    }
    found = [...window, ...found];
    end = start;
    size *= GROWTH;
  }
  return found.slice(-count);
}

/** Events behind `after`, up to and with `until`: all, or the first pages that have `enough`. */
export async function between(
  search: EventSearch,
  after: number,
  until: number,
  enough = Number.POSITIVE_INFINITY,
): Promise<TaskEvent[]> {
  const found: TaskEvent[] = [];
  let from = after;
  while (from < until && found.length < enough) {
    const page = await read(search, from, until, MAX_LIMIT);
    if (page.length === 0) break;
    found.push(...page.map(taskEventOf).filter((event) => event !== undefined));
    from = page.at(-1)?.position ?? until;
  }
  return found;
}

async function read(
  { client, scope, type, signal }: EventSearch,
  after: number,
  until: number,
  limit: number,
): Promise<Event[]> {
  const query = { ...eventFilter(scope), type, after, as_of: String(until), limit };
  const { body } = await client.read('listEvents', signal === undefined ? { query } : { query, signal });
  return body.filter((event) => 'data' in event);
}

/** Event of a task; undefined for an operator command. */
function taskEventOf(event: Event): TaskEvent | undefined {
  const { position, event_id, type, project, task_id, agent, occurred_at, recorded_at, data } = event;
  if (!isTaskEventType(type) || project === null || task_id === null) return undefined;
  return {
    position,
    event_id,
    type,
    project,
    task_id,
    agent,
    occurred_at,
    recorded_at,
    // Ingest accepts only objects.
    data: data as TaskEvent['data'],
  };
}
