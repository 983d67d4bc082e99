import type { ClientBase } from 'pg';
import { LOG_CHANNEL } from './insert-batch.js';

/** Tells listeners that the log ends at a position, or behind it. */
export async function announce(client: ClientBase, position: number): Promise<void> {
  await client.query({
    name: 'announce',
    text: `SELECT pg_notify('${LOG_CHANNEL}', ($1::bigint)::text)`,
    values: [position],
  });
}
