import type { ClientBase, Pool } from 'pg';
import type { Projection } from '../fold/projection.js';
import { inTransaction } from '../rows/in-transaction.js';
import { adoptHashes } from './adopt-hashes.js';
import { createBuild, createFirst, nextBuild } from './create-generation.js';
import { discard, ofOtherLog } from './discard-other-log.js';
import type { RegisteredGeneration } from './generation.js';
import { type Register, readRegister, versionKey } from './read-register.js';

/**
 * Gives every projection its first generation. Where the active one was made by an older version of the projection, a build of this
 * version is registered, and the old one serves until that is done; all such builds share one read of the log. A version whose build
 * failed is not built again. Generations of another log are replaced, and until then they are not read.
 *
 * @param onDiscarded called with the generations of another log, in the transaction that gives them up
 */
export async function ensureGenerations(
  pool: Pool,
  projections: readonly Projection[],
  onDiscarded: (generations: readonly RegisteredGeneration[]) => void = () => {},
): Promise<Register> {
  // The lock waits for every batch under way, so it is taken only when something is to be created.
  const existing = await readRegister(pool);
  const isComplete =
    missing(projections, existing).length === 0 &&
    ofOtherLog(existing, projections).length === 0 &&
    !existing.generations.some(({ hasOldHash, isOfOtherLog }) => hasOldHash && !isOfOtherLog);
  if (isComplete) return existing;
  return inTransaction(pool, async (client) => {
    // Two projectors that start together must not both create tables.
    await client.query('LOCK TABLE projection.generations IN SHARE ROW EXCLUSIVE MODE');
    await adoptHashes(client);
    const discarded = ofOtherLog(await readRegister(client), projections);
    if (discarded.length > 0) {
      await discard(client, discarded);
      onDiscarded(discarded);
    }
    const register = await readRegister(client);
    const known = await knownProjections(client);
    let build: number | undefined;
    for (const { projection, outdated } of missing(projections, register)) {
      if (outdated !== undefined) await giveUp(client, outdated);
      // A first generation serves while it fills; one that follows a discarded one may not, as reads would go back.
      if (!known.has(projection.name)) await createFirst(client, projection);
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
  /** Build of another version, which this release cannot go on with. */
  outdated: RegisteredGeneration | undefined;
}

function missing(projections: readonly Projection[], register: Register): Missing[] {
  return projections.flatMap((projection) => {
    const active = activeOf(projection, register);
    // The release may have been started by mistake, so the generation of a newer one is not replaced.
    if (active !== undefined && active.version >= projection.version) return [];
    const build = register.generations.find(
      (generation) =>
        generation.projection === projection.name && ['building', 'ready'].includes(generation.state),
    );
    if (build?.version === projection.version) return [];
    // A failed build would fail again, with an event each time: the next try is an operator's.
    if (register.failed.has(versionKey(projection.name, projection.version))) return [];
    return [{ projection, outdated: build }];
  });
}

/** Names of the projections that have a generation of any state. */
async function knownProjections(client: ClientBase): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ projection: string }>(
    'SELECT DISTINCT projection FROM projection.generations',
  );
  return new Set(rows.map(({ projection }) => projection));
}

const activeOf = ({ name }: Projection, { generations }: Register) =>
  generations.find(({ projection, state }) => projection === name && state === 'active');

async function giveUp(client: ClientBase, { id }: RegisteredGeneration): Promise<void> {
  await client.query(
    `UPDATE projection.generations
     SET state = 'cancelled', finished_at = now(), drop_requested = true,
         error = 'a release with another version of the projection took over'
     WHERE id = $1`,
    [id],
  );
}
