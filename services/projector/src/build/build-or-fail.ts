/** A build, and what becomes of it when it cannot be done. */
import { appendWithin, generationEvent, SYSTEM_ACTOR } from '@att/platform/event-log';
import { type DatabaseRole, isUnavailable } from '@att/platform/postgres';
import { failBuild } from '../generations/conclude-build.js';
import { FencedError } from '../generations/move-checkpoint.js';
import { separateBuilds } from '../generations/separate-builds.js';
import { inTransaction } from '../rows/in-transaction.js';
import { PoisonError } from '../rows/poison-error.js';
import { type BuildOptions, buildGenerations } from './build-generations.js';

export interface FailingOptions extends BuildOptions {
  /** The role that may write the log. */
  writer: DatabaseRole | undefined;
}

/**
 * Of generations built together nobody knows which one an error is of: they go on each by itself, and that one fails alone.
 *
 * @throws what may work later: the database may be away for a while, and of a build that was cancelled the register tells
 */
export async function buildOrFail(options: FailingOptions): Promise<void> {
  try {
    await buildGenerations(options);
  } catch (error) {
    const isFatal = error instanceof PoisonError || !isUnavailable(error);
    if (options.signal.aborted || error instanceof FencedError || !isFatal) throw error;
    const [target, ...others] = options.targets;
    if (target === undefined) throw error;
    if (others.length === 0) {
      options.log.error({ err: error }, 'a rebuild failed');
      return fail(options, target, (error as Error).message);
    }
    options.log.warn({ err: error }, 'a rebuild of several projections failed: each goes on by itself');
    const ids = options.targets.map(({ generation }) => generation.id);
    await separateBuilds(options.pool, ids);
  }
}

/** The state and the event that tells of it, together. */
async function fail(
  { pool, writer }: FailingOptions,
  { projection, generation: { id, version } }: BuildOptions['targets'][number],
  error: string,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    if (!(await failBuild(client, id, error))) return;
    const event = generationEvent('projection.rebuild_failed', SYSTEM_ACTOR, {
      projection: projection.name,
      generation: id,
      version,
      error,
    });
    await appendWithin(client, writer, [event], new Date().toISOString());
  });
}
