/** Reads a part of the log over HTTP, page by page, and writes a line an event. */
import type { EventWithText } from '@att/contracts';
import { RefusedError } from '../client/errors.js';
import type { Client } from '../client/make-client.js';
import type { Retrier } from '../client/retrier.js';
import { FileError } from './errors.js';
import type { Format } from './format.js';
import type { LastEvent } from './output.js';

/** Filters of `GET /api/events`, as they were typed. */
export interface EventFilters {
  project?: string;
  task_id?: string;
  agent?: string;
  actor?: string;
  type?: string;
  from?: string;
  to?: string;
  occurred_from?: string;
  occurred_to?: string;
}

export interface Export {
  /** Position before the first event. */
  after: number;
  /** Position of the last event that may be written. */
  until: number;
  filters: EventFilters;
  format: Format;
}

export interface ExportedPage {
  text: string;
  events: number;
  /** Position of its last event. */
  position: number;
}

/** Events of a page; the server ends a page at 16 MiB of payloads, so memory is bounded. */
const PAGE = 1_000;

/**
 * Finds the last position to export: the head as it is now, unless an end is asked for.
 *
 * @throws FileError when the log ends before `after`
 */
export async function endOf(
  client: Client,
  retrier: Retrier,
  { after, until }: { after: number; until: number | undefined },
): Promise<number> {
  const query = { limit: 1, after: until ?? 0, as_of: until };
  const { position } = await retrier.run(() => client.call('listEvents', { query }));
  const head = position ?? 0;
  if (after > head) throw new FileError(`the log ends at position ${head}, before --after ${after}`);
  return head;
}

/** Pages of the export. Each is read `as_of` the end, so that the log may grow meanwhile. */
export async function* exportPages(
  client: Client,
  retrier: Retrier,
  { after, until, filters, format }: Export,
): AsyncGenerator<ExportedPage, void, undefined> {
  for (let position = after; position < until; ) {
    const query = { ...filters, limit: PAGE, after: position, as_of: until, data: 'text' };
    const { body } = await retrier.run(() => client.call('listEvents', { query }));
    // Events of `data=text`; they are not parsed again, so a line keeps the server's order of fields.
    const events = body as EventWithText[];
    const last = events.at(-1);
    if (last === undefined) return;
    position = last.position;
    yield { text: events.map(format.line).join(''), events: events.length, position };
  }
}

/** @throws FileError when the log has another event at the place of the last one of a file */
export async function refuseOtherLog(
  client: Client,
  retrier: Retrier,
  path: string,
  last: LastEvent,
): Promise<void> {
  const there = await retrier
    .run(() => client.call('getEvent', { params: { position: last.position }, query: { data: 'text' } }))
    .catch((error: unknown) => {
      if (error instanceof RefusedError && error.code === 'not_found') return undefined;
      throw error;
    });
  if (there?.body.hash === last.hash) return;
  throw new FileError(
    `${path} is of another log: its event ${last.position} is not what the server has there`,
  );
}
