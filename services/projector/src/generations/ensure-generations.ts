import type { ClientBase, Pool } from 'pg';
import { inTransaction } from '../in-transaction.js';
import type { Projection } from '../projection.js';
import { createBuild, createFirst, nextBuild } from './create-generation.js';
import type { Generation } from './generation.js';
import { type Register, readRegister, versionKey } from './read-register.js';

/**
 * Gives every projection its first generation. Where the active one was made by an older version of the
 * projection, a build of this version is begun, and the old one serves until it is done: of all such from one read of the log. One that
 * failed is not begun again.
 */
export async function ensureGenerations(pool: Pool, projections: readonly Projection[]): Promise<Register> {
  // The lock waits for every batch under way, so it is taken only when something is to be made.
  const existing = await readRegister(pool);
  if (missing(projections, existing).length === 0) return existing;
  return inTransaction(pool, async (client) => {
    // Two projectors that start together must not both make tables.
    await client.query('LOCK TABLE projection.generations IN SHARE ROW EXCLUSIVE MODE');
    const register = await readRegister(client);
    let build: number | undefined;
    for (const { projection, outdated } of missing(projections, register)) {
      if (outdated !== undefined) await giveUp(client, outdated);
      if (activeOf(projection, register) === undefined) await createFirst(client, projection);
      else {
        build ??= await nextBuild(client);
        await createBuild(client, projection, build);
      }
    }
    return readRegister(client);
  });
}

interface Missing {
  projection: Projection;
  /** A build of another version, which nobody can go on with. */
  outdated: Generation | undefined;
}

function missing(projections: readonly Projection[], register: Register): Missing[] {
  return projections.flatMap((projection) => {
    const active = activeOf(projection, register);
    // A newer release's generation is not for this one to replace: it may have been started by mistake.
    if (active !== undefined && active.version >= projection.version) return [];
    const build = register.generations.find(
      (generation) =>
        generation.projection === projection.name && ['building', 'ready'].includes(generation.state),
    );
    if (active === undefined) return [{ projection, outdated: undefined }];
    if (build?.version === projection.version) return [];
    // What failed once fails again, and each time writes an event: the next try is an operator's.
    if (register.failed.has(versionKey(projection.name, projection.version))) return [];
    return [{ projection, outdated: build }];
  });
}

const activeOf = ({ name }: Projection, { generations }: Register) =>
  generations.find(({ projection, state }) => projection === name && state === 'active');

async function giveUp(client: ClientBase, { id }: Generation): Promise<void> {
  await client.query(
    `UPDATE projection.generations
     SET state = 'cancelled', finished_at = now(), drop_requested = true,
         error = 'a release with another version of the projection took over'
     WHERE id = $1`,
    [id],
  );
}
