import type { ClientBase, Pool } from 'pg';

/** Which log this is, and how far it has come. */
export async function readLogIdentity(
  client: ClientBase | Pool,
): Promise<{ epoch: string; position: number; recorded_at: string }> {
  const { rows } = await client.query('SELECT epoch, position, recorded_at FROM log.head');
  return rows[0];
}
