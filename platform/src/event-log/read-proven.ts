import type { ClientBase, Pool } from 'pg';
import type { ChainLink } from './chain-walk.js';
import { GENESIS } from './chain-walk.js';
import type { ProvenEvent } from './event.js';
import { PAGE_END } from './page-end.js';
import type { PageSize } from './page-size.js';

/** A page of the log in position order, with what proves it. */
export async function readProven(
  client: ClientBase | Pool,
  after: number,
  until: number,
  { limit, maxBytes }: Pick<PageSize, 'limit' | 'maxBytes'>,
): Promise<ProvenEvent[]> {
  const { rows } = await client.query<ProvenEvent>({
    name: 'read-proven-events',
    text: `
      SELECT position, event_id, type, project, task_id, agent, occurred_at, recorded_at, actor,
             data AS data_text, encode(salt, 'hex') AS salt,
             encode(data_hash, 'hex') AS data_hash, encode(hash, 'hex') AS hash
      FROM log.events
      WHERE position > $1 AND position <= least(${PAGE_END}, $4)
      ORDER BY position`,
    values: [after, limit, maxBytes, until],
  });
  return rows;
}

/** The link at a position; undefined where the log has no such record. */
export async function readLink(client: ClientBase | Pool, position: number): Promise<ChainLink | undefined> {
  if (position === 0) return GENESIS;
  const { rows } = await client.query<ChainLink>(
    `SELECT position, encode(hash, 'hex') AS hash, recorded_at AS "recordedAt" FROM log.events WHERE position = $1`,
    [position],
  );
  return rows[0];
}
