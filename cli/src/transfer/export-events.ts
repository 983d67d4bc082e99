/** Reads a stretch of the log over HTTP, page by page, and writes a line an event. */
import { RefusedError } from '../client/errors.js';
import type { Client } from '../client/make-client.js';
import type { Patience } from '../client/patience.js';
import { FileError } from './errors.js';
import type { LastEvent } from './output.js';

export interface Stretch {
  /** Events behind this position, */
  after: number;
  /** up to and with this one. */
  until: number;
  project: string | undefined;
}

export interface ExportedPage {
  /** NDJSON. */
  text: string;
  events: number;
  /** Of its last event. */
  position: number;
}

/** Events; the server ends a page at 16 MiB of payloads, so memory has a bound whatever they weigh. */
const PAGE = 1_000;

/** Asks for the end of the stretch: the head as it is now, unless an end is wished for. */
export async function endOf(client: Client, patience: Patience, until: number | undefined): Promise<number> {
  const query = { limit: 1, after: until ?? 0, as_of: until };
  const { position } = await patience.ask(() => client.call('listEvents', { query }));
  return position ?? 0;
}

/** The `as_of` of each page fixes the end, so that the log may grow meanwhile. */
export async function* exportPages(
  client: Client,
  patience: Patience,
  { after, until, project }: Stretch,
): AsyncGenerator<ExportedPage, void, undefined> {
  for (let position = after; position < until; ) {
    const query = { limit: PAGE, after: position, as_of: until, project, data: 'text' };
    const { body: events } = await patience.ask(() => client.call('listEvents', { query }));
    const last = events.at(-1);
    if (last === undefined) return;
    position = last.position;
    yield {
      text: events.map((event) => `${JSON.stringify(event)}\n`).join(''),
      events: events.length,
      position,
    };
  }
}

/** @throws FileError when the log has another event at the place of the last one of a file */
export async function refuseOtherLog(
  client: Client,
  patience: Patience,
  path: string,
  last: LastEvent,
): Promise<void> {
  const there = await patience
    .ask(() => client.call('getEvent', { params: { position: last.position }, query: { data: 'text' } }))
    .catch((error: unknown) => {
      if (error instanceof RefusedError && error.code === 'not_found') return undefined;
      throw error;
    });
  if (there?.body.hash === last.hash) return;
  throw new FileError(
    `${path} is of another log: its event ${last.position} is not what the server has there`,
  );
}
