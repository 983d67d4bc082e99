/** Follows the log with one group, over and over: where its checkpoint is not as in memory, memory is thrown away. */

import type { EventFeed } from '@att/platform/event-feed';
import type { Logger } from '@att/platform/logging';
import { pause } from '@att/platform/time';
import type { Pool } from 'pg';
import { openWriters } from '../batch/generation-writer.js';
import { FencedError } from '../generations/move-checkpoint.js';
import { readRegister } from '../generations/read-register.js';
import type { Target } from '../generations/target.js';
import type { ProjectorMetrics } from '../metrics/projector-metrics.js';
import { follow } from './follow.js';
import { groupByCheckpoint } from './group-by-checkpoint.js';

export interface LevelOptions {
  pool: Pool;
  feed: EventFeed;
  log: Logger;
  metrics: ProjectorMetrics;
  signal: AbortSignal;
}

/** Milliseconds until a group that was fenced off is tried again. */
const FENCED_DELAY = 1_000;

/**
 * To be fenced off ends nothing else of the round: a build beside it would begin to index anew each time.
 *
 * @throws FencedError where the generations are no longer one group
 */
export async function keepFollowing(options: LevelOptions, targets: readonly Target[]): Promise<void> {
  const { pool, log, signal } = options;
  for (let group = targets; ; ) {
    try {
      return await follow({ ...options, group: await openWriters(pool, group) });
    } catch (error) {
      if (!(error instanceof FencedError) || signal.aborted) throw error;
      log.debug({ reason: error.message }, 'memory is thrown away; a group starts over from its checkpoint');
      await pause(FENCED_DELAY, signal);
      if (signal.aborted) return;
      group = await currentTargets(pool, group);
      if (group.length !== targets.length || groupByCheckpoint(group).length > 1) throw error;
    }
  }
}

/** Targets that are still written to. */
async function currentTargets(pool: Pool, targets: readonly Target[]): Promise<Target[]> {
  const { generations } = await readRegister(pool);
  return targets.flatMap(({ projection, generation: { id } }) => {
    const generation = generations.find((one) => one.id === id && !one.dropRequested);
    return generation === undefined ? [] : [{ projection, generation }];
  });
}
