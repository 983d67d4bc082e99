import type { Pool } from 'pg';

/** Empties an event's payload, as an erasure does. @param pool of a user that may take the eraser's role */
export async function erasePayload(pool: Pool, position: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('SET ROLE att_eraser');
    await client.query('UPDATE log.events SET data = NULL, salt = NULL WHERE position = $1', [position]);
  } finally {
    // The role goes with the connection.
    client.release(true);
  }
}
