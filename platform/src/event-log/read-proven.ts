import type { ClientBase, Pool } from 'pg';
import { type ChainLink, GENESIS } from './chain-walk.js';
import type { ProvenEvent } from './event.js';
import { PROVEN_EVENT_COLUMNS } from './event-columns.js';
import { PAGE_END } from './page-end.js';
import type { PageSize } from './page-size.js';

/** Reads a page of the log in position order, with the fields that prove it. */
export async function readProven(
  client: ClientBase | Pool,
  after: number,
  until: number,
  { limit, maxBytes }: Pick<PageSize, 'limit' | 'maxBytes'>,
): Promise<ProvenEvent[]> {
  const { rows } = await client.query<ProvenEvent>({
    name: 'read-proven-events',
    text: `
      SELECT ${PROVEN_EVENT_COLUMNS}
      FROM log.events
      WHERE position > $1 AND position <= least(${PAGE_END}, $4)
      ORDER BY position`,
    values: [after, limit, maxBytes, until],
  });
  return rows;
}

/** Reads the link at a position; undefined where the log has no such record. */
export async function readLink(client: ClientBase | Pool, position: number): Promise<ChainLink | undefined> {
  if (position === 0) return GENESIS;
  const { rows } = await client.query<ChainLink>(
    `SELECT position, encode(hash, 'hex') AS hash, recorded_at AS "recordedAt" FROM log.events WHERE position = $1`,
    [position],
  );
  return rows[0];
}
