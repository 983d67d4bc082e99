import { createTestDatabase } from '@att/platform/testing';
import type { Pool } from 'pg';
import type { Projection } from '../../fold/projection.js';

/** @param work given pools with all rights, and with those of a projector, on a database of its own */
export async function withDatabase<Result>(
  work: (owner: Pool, pool: Pool) => Promise<Result>,
): Promise<Result> {
  const database = await createTestDatabase();
  try {
    return await work(database.pool(), database.pool('att_projector'));
  } finally {
    await database.drop();
  }
}

/** Id of the generation that serves. */
export async function generationOf(pool: Pool, { name }: Projection): Promise<number> {
  const { rows } = await pool.query<{ id: number }>(
    "SELECT id FROM projection.generations WHERE projection = $1 AND state = 'active'",
    [name],
  );
  return rows[0]?.id as number;
}
