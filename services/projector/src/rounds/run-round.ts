/** One round of a projector: all that there is to do while the register is as it is. */
import type { EventFeed } from '@att/platform/event-feed';
import type { Logger } from '@att/platform/logging';
import type { DatabaseRole, WakeSignal } from '@att/platform/postgres';
import type { Pool } from 'pg';
import { buildOrFail } from '../build/build-or-fail.js';
import { exportSnapshot, type SharedSnapshot } from '../build/compare.js';
import { finishBuild } from '../build/finish-build.js';
import type { Projection } from '../fold/projection.js';
import { groupByCheckpoint } from '../follow/group-by-checkpoint.js';
import { keepFollowing } from '../follow/keep-following.js';
import { dropGeneration } from '../generations/drop-generation.js';
import { ensureGenerations } from '../generations/ensure-generations.js';
import { FencedError } from '../generations/move-checkpoint.js';
import type { Target } from '../generations/target.js';
import type { ProjectorMetrics } from '../metrics/projector-metrics.js';
import { alignCheckpoints, catchUpWithActive } from './align-checkpoints.js';
import { planRound, type RoundPlan } from './plan-round.js';
import { hasChanged, registerChange } from './register-watch.js';

export interface RoundOptions {
  /** For batches. */
  pool: Pool;
  /** For what takes long: indexing, comparing, dropping. */
  buildPool: Pool;
  feed: EventFeed;
  log: Logger;
  metrics: ProjectorMetrics;
  projections: readonly Projection[];
  /** Rung when the register may have changed. */
  wakeSignal: WakeSignal;
  /** The role that may write the log. */
  writer: DatabaseRole | undefined;
  signal: AbortSignal;
  /** Told of what stands still, or that nothing does. */
  onStandstill(reason: string | undefined): void;
  /** Told of the projections that an operator has stopped. */
  onPaused(names: readonly string[]): void;
}

/**
 * Ends when there is something else to do than was planned, or when `signal` aborts; all that was begun has
 * ended then.
 *
 * @throws whatever made a batch fail; the next round starts over from the checkpoints
 */
export async function runRound(options: RoundOptions): Promise<void> {
  const { pool, projections, signal } = options;
  const register = await ensureGenerations(pool, projections, (discarded) => {
    const generations = discarded.map(({ id, projection, state, position }) => ({
      id,
      projection,
      state,
      position,
    }));
    options.log.error(
      { generations },
      'read models are of another log than the database: they are built anew',
    );
  });
  const plan = planRound(register, projections);
  options.onStandstill(plan.standstill);
  options.onPaused([...register.paused]);
  const ending = new AbortController();
  const together = { ...options, signal: AbortSignal.any([signal, ending.signal]) };
  const jobs: Promise<void>[] = [];
  let moment: SharedSnapshot | undefined;
  try {
    await alignCheckpoints(together, plan.following);
    moment = await prepare(together, plan);
    jobs.push(
      ...followers(together, plan.following),
      ...builders(together, plan, moment),
      registerChange(pool, options.wakeSignal, register, together.signal),
    );
    await Promise.race(jobs);
  } catch (error) {
    // A switch retires what is followed until the next round: that is no other projector's doing.
    if (!(error instanceof FencedError && (await hasChanged(pool, register)))) throw error;
  } finally {
    ending.abort();
    await Promise.allSettled(jobs);
    await moment?.end();
  }
}

/** What must be done before anything is written: drops, and bringing builds level with what they are to replace. */
async function prepare(
  options: RoundOptions,
  { drops, finishing }: RoundPlan,
): Promise<SharedSnapshot | undefined> {
  for (const { id } of drops) await dropGeneration(options.buildPool, id);
  await catchUpWithActive(options, finishing);
  const isToCompare = finishing.some(
    ({ build, active }) => build.generation.state === 'building' && active !== undefined,
  );
  return isToCompare && !options.signal.aborted ? exportSnapshot(options.buildPool) : undefined;
}

function followers(options: RoundOptions, following: readonly Target[]): Promise<void>[] {
  return groupByCheckpoint(following).map(async (targets) => {
    const projections = targets.map(({ projection }) => projection.name);
    options.log.info({ projections, position: targets[0]?.generation.position }, 'projecting');
    await keepFollowing(options, targets);
  });
}

function builders(
  options: RoundOptions,
  { builds, finishing }: RoundPlan,
  moment: SharedSnapshot | undefined,
): Promise<void>[] {
  const jobs = builds.map((targets) => buildOrFail({ ...options, targets }));
  const finish = async () => {
    for (const one of finishing) await finishBuild(options, one, moment);
  };
  return finishing.length === 0 ? jobs : [...jobs, finish()];
}
