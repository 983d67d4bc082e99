import type { LogEvent } from '@att/platform/event-log';
import type { Pool } from 'pg';
import type { Letter } from './letter.js';

/** Characters of payloads that are applied at once, as they take effect at one position. */
const MAX_LENGTH = 64 * 1024 * 1024;
const PAGE = 1_000;

/** What waits is too much to be applied at once; a rebuild applies each event where it happened. */
export class QueueTooLargeError extends Error {
  override readonly name = 'QueueTooLargeError';
}

/**
 * A task's events from its letter's up to an act. The log has no index of tasks: it is looked through, a million
 * events a second.
 *
 * @throws QueueTooLargeError
 */
export async function readQueue(pool: Pool, letter: Letter, before: number): Promise<LogEvent[]> {
  const { project, task_id, position } = letter;
  const queue: LogEvent[] = [];
  let length = 0;
  for (let from = position; ; from = (queue.at(-1)?.position ?? 0) + 1) {
    const { rows } = await pool.query<LogEvent>({
      name: 'read-queue',
      text: `
        SELECT position, event_id, type, project, task_id, agent, occurred_at, recorded_at, actor, data AS data_text
        FROM log.events
        WHERE position >= $1 AND position < $2 AND project = $3 AND task_id = $4
        ORDER BY position LIMIT ${PAGE}`,
      values: [from, before, project, task_id],
    });
    queue.push(...rows);
    length += rows.reduce((sum, { data_text }) => sum + (data_text?.length ?? 0), 0);
    if (length > MAX_LENGTH) {
      throw new QueueTooLargeError(
        `the events that wait have more than ${MAX_LENGTH} characters: rebuild the projection, which applies each where it happened`,
      );
    }
    if (rows.length < PAGE) return queue;
  }
}
