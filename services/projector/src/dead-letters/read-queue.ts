import { EVENT_COLUMNS, type LogEvent } from '@att/platform/event-log';
import { int8Array } from '@att/platform/postgres';
import type { Pool } from 'pg';
import type { StoredDeadLetter } from './dead-letter-statements.js';

/** Characters of payloads that are applied at once, as they take effect at one position. */
const MAX_LENGTH = 64 * 1024 * 1024;
/** Events read by one statement. */
const PAGE = 1_000;
/** Positions searched by one statement. */
const SEARCHED = 50_000;

/** The queue is too large to be applied at once; a rebuild applies each event at its own position. */
export class QueueTooLargeError extends Error {
  override readonly name = 'QueueTooLargeError';
}

/**
 * Events of a blocked task: that of its dead letter and those behind it, up to a position.
 *
 * @throws QueueTooLargeError
 */
export async function readQueue(
  pool: Pool,
  deadLetter: StoredDeadLetter,
  before: number,
): Promise<LogEvent[]> {
  const queue: LogEvent[] = [];
  let length = 0;
  const pages = isListed(deadLetter) ? readListed(pool, deadLetter) : searchLog(pool, deadLetter, before);
  for await (const events of pages) {
    queue.push(...events);
    length += events.reduce((sum, { data_text }) => sum + (data_text?.length ?? 0), 0);
    if (length > MAX_LENGTH) {
      throw new QueueTooLargeError(
        `the events that wait have more than ${MAX_LENGTH} characters: rebuild the projection, which applies each where it happened`,
      );
    }
  }
  return queue;
}

/** Whether every event that waits is listed: an older release only counted them. */
const isListed = ({ queued, listed }: StoredDeadLetter) => queued === listed;

async function* readListed(pool: Pool, { id, position }: StoredDeadLetter): AsyncGenerator<LogEvent[]> {
  let positions = [position];
  while (positions.length > 0) {
    const { rows } = await pool.query<LogEvent>({
      name: 'read-queued',
      text: `SELECT ${EVENT_COLUMNS} FROM log.events WHERE position = ANY ($1) ORDER BY position`,
      values: [int8Array(positions)],
    });
    yield rows;
    const next = await pool.query<{ position: number }>({
      name: 'list-queued',
      text: `
        SELECT position FROM projection.queued_events
        WHERE dead_letter = $1 AND position > $2 ORDER BY position LIMIT ${PAGE}`,
      values: [id, positions.at(-1)],
    });
    positions = next.rows.map((row) => row.position);
  }
}

/** Each statement searches a part of the log, so that it ends soon however long that is: a million events take a second. */
async function* searchLog(
  pool: Pool,
  { project, task_id, position }: StoredDeadLetter,
  before: number,
): AsyncGenerator<LogEvent[]> {
  for (let from = position; from < before; from += SEARCHED) {
    const { rows } = await pool.query<LogEvent>({
      name: 'search-queued',
      text: `
        SELECT ${EVENT_COLUMNS} FROM log.events
        WHERE position >= $1 AND position < $2 AND project = $3 AND task_id = $4 ORDER BY position`,
      values: [from, Math.min(from + SEARCHED, before), project, task_id],
    });
    yield rows;
  }
}
