import type { ClientBase } from 'pg';
import { LOG_CHANNEL } from './insert-batch.js';

/** Notifies listeners that the log has reached a position; it may be past it already. */
export async function announce(client: ClientBase, position: number): Promise<void> {
  await client.query({
    name: 'announce',
    text: `SELECT pg_notify('${LOG_CHANNEL}', ($1::bigint)::text)`,
    values: [position],
  });
}
