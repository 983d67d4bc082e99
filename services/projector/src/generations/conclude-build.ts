import type { Comparison } from '@att/contracts';
import type { ClientBase, Pool } from 'pg';

/** What a build was found to be, once it is level with the active generation. */
export async function keepComparison(
  pool: Pool,
  generation: number,
  comparison: Comparison | undefined,
): Promise<void> {
  await pool.query('UPDATE projection.generations SET comparison = $2 WHERE id = $1', [
    generation,
    comparison === undefined ? null : JSON.stringify(comparison),
  ]);
}

/** It waits for its switch, and follows the log meanwhile. */
export async function markReady(pool: Pool, generation: number): Promise<void> {
  await pool.query(
    `UPDATE projection.generations SET state = 'ready', finished_at = now(), rate = NULL
     WHERE id = $1 AND state = 'building'`,
    [generation],
  );
}

/** It was built to be compared. */
export async function endDryRun(pool: Pool, generation: number): Promise<void> {
  await pool.query(
    `UPDATE projection.generations
     SET state = 'cancelled', finished_at = now(), drop_requested = true
     WHERE id = $1 AND state = 'building'`,
    [generation],
  );
}

/** It cannot be built; its tables are of no use. @returns whether it was being built until now */
export async function failBuild(client: ClientBase, generation: number, reason: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE projection.generations
     SET state = 'failed', finished_at = now(), drop_requested = true, error = $2, rate = NULL
     WHERE id = $1 AND state = 'building'`,
    [generation, reason],
  );
  return rowCount === 1;
}
