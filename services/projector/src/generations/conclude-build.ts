import type { Comparison } from '@att/contracts';
import type { ClientBase, Pool } from 'pg';

/** Keeps the result of comparing a build with the active generation. */
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

/** Ends a build that is held: it waits for its switch, and follows the log meanwhile. */
export async function markReady(pool: Pool, generation: number): Promise<void> {
  await pool.query(
    `UPDATE projection.generations SET state = 'ready', finished_at = now(), rate = NULL
     WHERE id = $1 AND state = 'building'`,
    [generation],
  );
}

/** Ends a dry run, which was built only to be compared. */
export async function endDryRun(pool: Pool, generation: number): Promise<void> {
  await pool.query(
    `UPDATE projection.generations
     SET state = 'cancelled', finished_at = now(), drop_requested = true
     WHERE id = $1 AND state = 'building'`,
    [generation],
  );
}

/** Marks a build as failed; its tables are dropped later. @returns whether the generation was being built until now */
export async function failBuild(client: ClientBase, generation: number, reason: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE projection.generations
     SET state = 'failed', finished_at = now(), drop_requested = true, error = $2, rate = NULL
     WHERE id = $1 AND state = 'building'`,
    [generation, reason],
  );
  return rowCount === 1;
}
