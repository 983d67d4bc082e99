import type { ClientBase, Pool } from 'pg';

/** Tells one log from another, and how far it has come: its last event's position, hash (lower-case hex) and time. */
export async function readLogIdentity(
  client: ClientBase | Pool,
): Promise<{ epoch: string; position: number; hash: string; recorded_at: string }> {
  const { rows } = await client.query(
    "SELECT epoch, position, encode(hash, 'hex') AS hash, recorded_at FROM log.head",
  );
  return rows[0];
}
