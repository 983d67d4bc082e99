import type { ClientBase, Pool } from 'pg';

/** Reads which log this is (`epoch`), and the position, hash (lower-case hex) and time of its last event. */
export async function readLogIdentity(
  client: ClientBase | Pool,
): Promise<{ epoch: string; position: number; hash: string; recorded_at: string }> {
  const { rows } = await client.query(
    "SELECT epoch, position, encode(hash, 'hex') AS hash, recorded_at FROM log.head",
  );
  return rows[0];
}
