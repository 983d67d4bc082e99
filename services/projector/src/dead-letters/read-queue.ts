import { EVENT_COLUMNS, type LogEvent } from '@att/platform/event-log';
import { int8Array } from '@att/platform/postgres';
import type { Pool } from 'pg';
import type { Letter } from './dead-letter-statements.js';

/** Characters of payloads that are applied at once, as they take effect at one position. */
const MAX_LENGTH = 64 * 1024 * 1024;
/** Events that are read at once. */
const PAGE = 1_000;
/** Positions that are looked through at once. */
const STRETCH = 50_000;

/** What waits is too much to be applied at once; a rebuild applies each event where it happened. */
export class QueueTooLargeError extends Error {
  override readonly name = 'QueueTooLargeError';
}

/**
 * A task's events from its letter's up to an act.
 *
 * @throws QueueTooLargeError
 */
export async function readQueue(pool: Pool, letter: Letter, before: number): Promise<LogEvent[]> {
  const queue: LogEvent[] = [];
  let length = 0;
  for await (const events of isWhole(letter) ? listed(pool, letter) : lookedFor(pool, letter, before)) {
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

/** Whether every event that waits is listed; a release that made no lists only counted. */
const isWhole = ({ queued, listed }: Letter) => queued === listed;

async function* listed(pool: Pool, { id, position }: Letter): AsyncGenerator<LogEvent[]> {
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

/** In stretches, so that each statement ends soon however long the log is: a million events take a second. */
async function* lookedFor(
  pool: Pool,
  { project, task_id, position }: Letter,
  before: number,
): AsyncGenerator<LogEvent[]> {
  for (let from = position; from < before; from += STRETCH) {
    const { rows } = await pool.query<LogEvent>({
      name: 'look-for-queued',
      text: `
        SELECT ${EVENT_COLUMNS} FROM log.events
        WHERE position >= $1 AND position < $2 AND project = $3 AND task_id = $4 ORDER BY position`,
      values: [from, Math.min(from + STRETCH, before), project, task_id],
    });
    yield rows;
  }
}
