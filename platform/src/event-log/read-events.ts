import type { ClientBase, Pool } from 'pg';
import type { LogEvent } from './event.js';
import { PAGE_END } from './page-end.js';
import type { PageSize } from './page-size.js';

/** A page of the log in position order, without what only proofs need. */
export async function readEvents(
  client: ClientBase | Pool,
  after: number,
  { limit, maxBytes }: Pick<PageSize, 'limit' | 'maxBytes'>,
): Promise<LogEvent[]> {
  const { rows } = await client.query<LogEvent>({
    name: 'read-events',
    text: `
      SELECT position, event_id, type, project, task_id, agent, occurred_at, recorded_at, actor,
             data AS data_text
      FROM log.events
      WHERE position > $1 AND position <= ${PAGE_END}
      ORDER BY position`,
    values: [after, limit, maxBytes],
  });
  return rows;
}
