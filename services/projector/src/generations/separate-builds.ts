import type { Pool } from 'pg';

/** Separates generations that are built together: from the next round on each has a read of the log of its own. */
export async function separateBuilds(pool: Pool, generations: readonly number[]): Promise<void> {
  await pool.query('UPDATE projection.generations SET build = NULL WHERE id = ANY ($1)', [generations]);
}
