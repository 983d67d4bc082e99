import type { ProjectionName } from '@att/platform/projections';
import type { ClientBase, Pool } from 'pg';
import type { Projection } from '../projection.js';

/** A generation that reads go to. */
export interface Generation {
  id: number;
  projection: ProjectionName;
  /** Of the projection that made its tables. */
  version: number;
  /** The checkpoint. */
  position: number;
}

/** Gives every projection its first generation, which is active at once: there is nothing to switch from. */
export async function ensureGenerations(
  pool: Pool,
  projections: readonly Projection[],
): Promise<Generation[]> {
  // The lock waits for every batch under way, so it is taken only when something is to be made.
  const existing = await readActive(pool);
  if (missing(projections, existing).length === 0) return existing;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    // Two projectors that start together must not both make tables.
    await client.query('LOCK TABLE projection.generations IN SHARE ROW EXCLUSIVE MODE');
    const generations = await readActive(client);
    for (const projection of missing(projections, generations)) {
      generations.push(await create(client, projection));
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

const missing = (projections: readonly Projection[], generations: readonly Generation[]) =>
  projections.filter(({ name }) => !generations.some(({ projection }) => projection === name));

async function readActive(client: ClientBase | Pool): Promise<Generation[]> {
  const { rows } = await client.query<Generation>(
    "SELECT id, projection, version, position FROM projection.generations WHERE state = 'active'",
  );
  return rows;
}

async function create(
  client: ClientBase,
  { name, version, tables, indexes }: Projection,
): Promise<Generation> {
  const { rows } = await client.query<Generation>(
    `INSERT INTO projection.generations (projection, version, state) VALUES ($1, $2, 'active')
     RETURNING id, projection, version, position`,
    [name, version],
  );
  const created = rows[0] as Generation;
  await client.query(tables(created.id) + indexes(created.id));
  return created;
}
