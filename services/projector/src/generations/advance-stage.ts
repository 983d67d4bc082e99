import type { Pool } from 'pg';
import type { Stage } from './generation.js';
import { CancelledError } from './superseded-error.js';

/** Moves builds to their next stage. @throws CancelledError when one of the generations is no longer being built */
export async function advanceStage(pool: Pool, generations: readonly number[], stage: Stage): Promise<void> {
  const { rowCount } = await pool.query(
    "UPDATE projection.generations SET stage = $2 WHERE id = ANY ($1) AND state = 'building'",
    [generations, stage],
  );
  if (rowCount !== generations.length) throw new CancelledError('the build was cancelled');
}
