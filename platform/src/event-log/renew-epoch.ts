import type { ClientBase, Pool } from 'pg';

/**
 * Gives the log a new name, as what was recorded after a backup is not in it any more: positions that
 * clients and caches know may stand for other events now. It is the end of a restore, and no event: the
 * chain is of what the log has, not of where it runs.
 */
export async function renewEpoch(client: ClientBase | Pool): Promise<{ epoch: string; position: number }> {
  const { rows } = await client.query(
    'UPDATE log.head SET epoch = gen_random_uuid() RETURNING epoch, position',
  );
  return rows[0];
}
