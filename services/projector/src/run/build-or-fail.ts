/** A build, and what becomes of it when it cannot be done. */
import { appendWithin, generationEvent, SYSTEM_ACTOR } from '@att/platform/event-log';
import { type DatabaseRole, isUnavailable } from '@att/platform/postgres';
import { type BuildOptions, buildTogether } from '../build/build-together.js';
import { failBuild } from '../generations/conclude-build.js';
import { FencedError } from '../generations/move-checkpoint.js';
import { separateBuilds } from '../generations/separate-builds.js';
import { inTransaction } from '../in-transaction.js';
import { PoisonError } from '../poison/poison-error.js';

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
    await buildTogether(options);
  } catch (error) {
    const isFatal = error instanceof PoisonError || !isUnavailable(error);
    if (options.signal.aborted || error instanceof FencedError || !isFatal) throw error;
    const { pool, targets, log } = options;
    if (targets.length > 1) {
      log.warn({ err: error }, 'a rebuild of several projections failed: each goes on by itself');
      return separateBuilds(
        pool,
        targets.map(({ generation }) => generation.id),
      );
    }
    log.error({ err: error }, 'a rebuild failed');
    await fail(options, (error as Error).message);
  }
}

/** The states and the events that tell of them, together. */
async function fail({ pool, targets, writer }: FailingOptions, reason: string): Promise<void> {
  await inTransaction(pool, async (client) => {
    const ids = targets.map(({ generation }) => generation.id);
    const failed = await failBuild(client, ids, reason);
    const events = targets
      .filter(({ generation }) => failed.includes(generation.id))
      .map(({ projection, generation }) =>
        generationEvent('projection.rebuild_failed', SYSTEM_ACTOR, {
          projection: projection.name,
          generation: generation.id,
          version: generation.version,
          error: reason,
        }),
      );
    if (events.length > 0) await appendWithin(client, writer, events, new Date().toISOString());
  });
}
