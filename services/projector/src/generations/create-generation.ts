import type { ClientBase } from 'pg';
import type { Projection } from '../fold/projection.js';
import { createTables } from '../rows/create-tables.js';
import { createKeyStatements } from '../rows/keys.js';
import type { RegisteredGeneration } from './generation.js';
import { statisticsLimits } from './statistics-limits.js';

/** Creates the first generation of a projection: active at once, as there is nothing to switch from. */
export async function createFirst(client: ClientBase, projection: Projection): Promise<RegisteredGeneration> {
  const generation = await insert(client, projection, { state: 'active', stage: 'following', build: null });
  const { tables, keys, indexes } = projection;
  await client.query(
    [
      createTables(tables, generation.id),
      ...createKeyStatements(keys, generation.id),
      ...indexes(generation.id),
    ].join(';\n'),
  );
  await client.query(await statisticsLimits(client, generation.id));
  return generation;
}

/** Id of a rebuild request: all generations that have it are built from one read of the log. */
export async function nextBuild(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ build: number }>("SELECT nextval('projection.builds') AS build");
  return rows[0]?.build as number;
}

/** Creates a build that is switched to by itself when it is done; its tables are made when it begins. */
export async function createBuild(
  client: ClientBase,
  projection: Projection,
  build: number,
): Promise<RegisteredGeneration> {
  return insert(client, projection, { state: 'building', stage: 'filling', build });
}

async function insert(
  client: ClientBase,
  { name, version }: Projection,
  { state, stage, build }: Pick<RegisteredGeneration, 'state' | 'stage' | 'build'>,
): Promise<RegisteredGeneration> {
  const { rows } = await client.query<RegisteredGeneration>(
    `INSERT INTO projection.generations (projection, version, state, stage, build, has_tables)
     VALUES ($1, $2, $3, $4, $5, $3 = 'active')
     RETURNING id, projection, version, state, stage, on_ready AS "onReady", build, position,
               encode(hash, 'hex') AS hash, false AS "hasOldHash", false AS "isOfOtherLog",
               has_tables AS "hasTables", drop_requested AS "dropRequested"`,
    [name, version, state, stage, build],
  );
  return rows[0] as RegisteredGeneration;
}
