import type { Pool } from 'pg';
import { inTransaction } from '../rows/in-transaction.js';
import type { RegisteredGeneration } from './generation.js';

/**
 * Makes a generation active. Readers see the old one or the new one: each of their statements asks which is active. They never go
 * back, as the new one must have every event that the old one has. The old one is retired and kept for a rollback; the one that was
 * kept before is dropped.
 *
 * @param record called within the transaction, to append the event
 * @returns false when it was cancelled, or is behind: nothing was done
 */
export async function switchGeneration(
  pool: Pool,
  { id, projection }: RegisteredGeneration,
  record: (client: Parameters<Parameters<typeof inTransaction>[1]>[0]) => Promise<void>,
): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<Pick<RegisteredGeneration, 'id' | 'state' | 'position'>>(
      `SELECT id, state, position FROM projection.generations
       WHERE projection = $1 AND (id = $2 OR state = 'active')
       ORDER BY id FOR UPDATE`,
      [projection, id],
    );
    const next = rows.find((row) => row.id === id);
    const active = rows.find(({ state }) => state === 'active');
    if (next === undefined || !['building', 'ready'].includes(next.state)) return false;
    if (active !== undefined && next.position < active.position) return false;
    await client.query(
      `UPDATE projection.generations SET drop_requested = true WHERE projection = $1 AND state = 'retired'`,
      [projection],
    );
    await client.query(
      `UPDATE projection.generations SET state = 'retired', retired_at = now() WHERE projection = $1 AND state = 'active'`,
      [projection],
    );
    await client.query(
      `UPDATE projection.generations
       SET state = 'active', stage = 'following', retired_at = NULL, rate = NULL,
           finished_at = coalesce(finished_at, now())
       WHERE id = $1`,
      [id],
    );
    await record(client);
    return true;
  });
}
