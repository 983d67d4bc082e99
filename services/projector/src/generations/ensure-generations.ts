import type { ClientBase, Pool } from 'pg';
import type { Projection } from '../projection.js';
import type { Generation } from './generation.js';

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
    "SELECT id, projection, version, state, position FROM projection.generations WHERE state = 'active' ORDER BY id",
  );
  return rows;
}

async function create(
  client: ClientBase,
  { name, version, tables, indexes }: Projection,
): Promise<Generation> {
  const { rows } = await client.query<Generation>(
    `INSERT INTO projection.generations (projection, version, state) VALUES ($1, $2, 'active')
     RETURNING id, projection, version, state, position`,
    [name, version],
  );
  const created = rows[0] as Generation;
  await client.query([tables(created.id), ...indexes(created.id)].join(';\n'));
  return created;
}
