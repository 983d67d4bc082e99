import type { ClientBase, Pool } from 'pg';

/**
 * Gives the log a new epoch; the last step of a restore. Events that were recorded after the backup are gone, so
 * positions that clients and caches remember may now belong to other events. No event records it: the hash chain
 * covers the content of the log, not the server it is on.
 */
export async function renewEpoch(client: ClientBase | Pool): Promise<{ epoch: string; position: number }> {
  const { rows } = await client.query(
    'UPDATE log.head SET epoch = gen_random_uuid() RETURNING epoch, position',
  );
  return rows[0];
}
