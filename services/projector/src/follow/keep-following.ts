/** Follows the log with one group, and starts over from the checkpoint where that is not as in memory. */
import { pause } from '@att/platform/time';
import type { Pool } from 'pg';
import { openWriters } from '../batch/generation-writer.js';
import type { ProjectorContext } from '../batch/projector-context.js';
import { readRegister } from '../generations/read-register.js';
import { SupersededError } from '../generations/superseded-error.js';
import { type WritableGeneration, writableGeneration } from '../generations/writable-generation.js';
import { follow } from './follow.js';
import { groupByCheckpoint } from './group-by-checkpoint.js';

/** Milliseconds until a group whose memory was out of date is tried again. */
const RETRY_DELAY = 1_000;

/**
 * Starting over here ends nothing else of the round: a build beside it would have to begin its indexes again.
 *
 * @throws SupersededError where the generations are no longer one group
 */
export async function keepFollowing(
  context: ProjectorContext,
  generations: readonly WritableGeneration[],
): Promise<void> {
  const { pool, log, signal } = context;
  for (let group = generations; ; ) {
    try {
      return await follow(context, await openWriters(pool, group));
    } catch (error) {
      if (!(error instanceof SupersededError) || signal.aborted) throw error;
      log.debug({ reason: error.message }, 'memory is thrown away; a group starts over from its checkpoint');
      await pause(RETRY_DELAY, signal);
      if (signal.aborted) return;
      group = await reread(pool, group);
      if (group.length !== generations.length || groupByCheckpoint(group).length > 1) throw error;
    }
  }
}

/** The same generations as the register has them now; those that are not written to any more are left out. */
async function reread(pool: Pool, generations: readonly WritableGeneration[]): Promise<WritableGeneration[]> {
  const register = await readRegister(pool);
  return generations.flatMap(({ projection, generation: { id } }) => {
    const generation = register.generations.find((one) => one.id === id && !one.dropRequested);
    return generation === undefined ? [] : [writableGeneration(projection, generation)];
  });
}
