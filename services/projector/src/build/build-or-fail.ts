/** A build, and its end when it cannot be done. */
import { appendWithin, generationEvent, SYSTEM_ACTOR } from '@att/platform/event-log';
import { isUnavailable } from '@att/platform/postgres';
import type { ProjectorContext } from '../batch/projector-context.js';
import { failBuild } from '../generations/conclude-build.js';
import type { RegisteredGeneration } from '../generations/generation.js';
import { separateBuilds } from '../generations/separate-builds.js';
import { SupersededError } from '../generations/superseded-error.js';
import type { WritableGeneration } from '../generations/writable-generation.js';
import { inTransaction } from '../rows/in-transaction.js';
import { PoisonError } from '../rows/poison-error.js';
import { buildGenerations } from './build-generations.js';

/**
 * Builds generations. When several that are built together fail, nobody knows which one the error is of: each goes on by itself
 * from the next round on, and only the one at fault fails then.
 *
 * @throws errors after which a later try may work, as when the database is away, and SupersededError
 */
export async function buildOrFail(
  context: ProjectorContext,
  builds: readonly WritableGeneration[],
): Promise<void> {
  try {
    await buildGenerations(context, builds);
  } catch (error) {
    const isFatal = error instanceof PoisonError || !isUnavailable(error);
    if (context.signal.aborted || error instanceof SupersededError || !isFatal) throw error;
    const [build, ...others] = builds;
    if (build === undefined) throw error;
    if (others.length === 0) {
      context.log.error({ err: error }, 'a rebuild failed');
      return fail(context, build.generation, (error as Error).message);
    }
    context.log.warn({ err: error }, 'a rebuild of several projections failed: each goes on by itself');
    const ids = builds.map(({ generation }) => generation.id);
    await separateBuilds(context.pool, ids);
  }
}

/** Sets the state, and appends the event that reports it, in one transaction. */
async function fail(
  { pool, logWriterRole }: ProjectorContext,
  { projection, id, version }: RegisteredGeneration,
  error: string,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    if (!(await failBuild(client, id, error))) return;
    const data = { projection, generation: id, version, error };
    const event = generationEvent('projection.rebuild_failed', SYSTEM_ACTOR, data);
    await appendWithin(client, logWriterRole, [event], new Date().toISOString());
  });
}
