import type { ClientBase, Pool } from 'pg';
import type { LogEvent } from './event.js';

/** A page of the log in position order, without what only proofs need. */
export async function readEvents(
  client: ClientBase | Pool,
  after: number,
  limit: number,
): Promise<LogEvent[]> {
  const { rows } = await client.query<LogEvent>({
    name: 'read-events',
    text: `
      SELECT position, event_id, type, project, task_id, agent, occurred_at, recorded_at, actor,
             data AS data_text
      FROM log.events
      WHERE position > $1
      ORDER BY position
      LIMIT $2`,
    values: [after, limit],
  });
  return rows;
}
