import type { ClientBase } from 'pg';
import type { Projection } from '../projection.js';
import type { Generation } from './generation.js';
import { makingKeys } from './keys.js';
import { statisticsLimits } from './statistics-limits.js';

/** The first generation of a projection: active at once, as there is nothing to switch from. */
export async function createFirst(client: ClientBase, projection: Projection): Promise<Generation> {
  const generation = await insert(client, projection, { state: 'active', stage: 'following' });
  const { tables, keys, indexes } = projection;
  await client.query(
    [tables(generation.id), ...makingKeys(keys, generation.id), ...indexes(generation.id)].join(';\n'),
  );
  await client.query(await statisticsLimits(client, generation.id));
  return generation;
}

/** A build that takes over by itself when it is done; its tables are made when it begins. */
export async function createBuild(client: ClientBase, projection: Projection): Promise<Generation> {
  return insert(client, projection, { state: 'building', stage: 'filling' });
}

async function insert(
  client: ClientBase,
  { name, version }: Projection,
  { state, stage }: Pick<Generation, 'state' | 'stage'>,
): Promise<Generation> {
  const { rows } = await client.query<Generation>(
    `INSERT INTO projection.generations (projection, version, state, stage, has_tables)
     VALUES ($1, $2, $3, $4, $3 = 'active')
     RETURNING id, projection, version, state, stage, on_ready AS "onReady", build, position,
               has_tables AS "hasTables", drop_requested AS "dropRequested"`,
    [name, version, state, stage],
  );
  return rows[0] as Generation;
}
