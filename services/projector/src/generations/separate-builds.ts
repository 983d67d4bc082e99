import type { Pool } from 'pg';

/** From the next round on each of them is built from a read of its own. */
export async function separateBuilds(pool: Pool, generations: readonly number[]): Promise<void> {
  await pool.query('UPDATE projection.generations SET build = NULL WHERE id = ANY ($1)', [generations]);
}
