import type { ClientBase } from 'pg';
import type { Projection } from '../fold/projection.js';
import type { RegisteredGeneration } from './generation.js';
import type { Register } from './read-register.js';

const REASON =
  'its tables were made from another log than this database has, as when the two are restored apart: it is built anew';

/** Generations of this release or older ones whose checkpoint is not in this log: their tables were made from another one. */
export function ofOtherLog(
  { generations }: Register,
  projections: readonly Projection[],
): RegisteredGeneration[] {
  return generations.filter(({ projection, version, state, isOfOtherLog }) => {
    const ours = projections.find(({ name }) => name === projection);
    // A generation of a newer release is replaced by that release.
    return isOfOtherLog && state !== 'cancelled' && ours !== undefined && version <= ours.version;
  });
}

/** Gives generations up: they are not read any more, and their tables are dropped. */
export async function discard(
  client: ClientBase,
  generations: readonly RegisteredGeneration[],
): Promise<void> {
  await client.query(
    `UPDATE projection.generations
     SET state = 'cancelled', finished_at = now(), drop_requested = true, rate = NULL, error = $2
     WHERE id = ANY ($1)`,
    [generations.map(({ id }) => id), REASON],
  );
}
