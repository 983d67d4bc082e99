import type { ProjectionName } from '@att/platform/projections';
import type { Pool } from 'pg';
import type { Projection } from '../projection.js';

/** A generation that the projector writes to. */
export interface Generation {
  id: number;
  projection: ProjectionName;
  /** The checkpoint. */
  position: number;
}

/** Gives every projection its first generation, which is active at once: there is nothing to switch from. */
export async function ensureGenerations(
  pool: Pool,
  projections: readonly Projection[],
): Promise<Generation[]> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    // Two projectors that start together must not both make tables.
    await client.query('LOCK TABLE projection.generations IN SHARE ROW EXCLUSIVE MODE');
    const { rows: existing } = await client.query<Generation>(
      "SELECT id, projection, position FROM projection.generations WHERE state = 'active'",
    );
    const generations = [...existing];
    for (const { name, version, tables } of projections) {
      if (existing.some((generation) => generation.projection === name)) continue;
      const { rows } = await client.query<Generation>(
        `INSERT INTO projection.generations (projection, version, state) VALUES ($1, $2, 'active')
         RETURNING id, projection, position`,
        [name, version],
      );
      const created = rows[0] as Generation;
      await client.query(tables(created.id));
      generations.push(created);
    }
    await client.query('COMMIT');
    return generations;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}
