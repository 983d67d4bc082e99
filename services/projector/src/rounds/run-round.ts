/** Runs a round of the projector: all work from one change of the register to the next. */
import type { WakeSignal } from '@att/platform/postgres';
import type { ProjectorContext } from '../batch/projector-context.js';
import { buildOrFail } from '../build/build-or-fail.js';
import { exportSnapshot, type SharedSnapshot } from '../build/compare.js';
import { finishBuild } from '../build/finish-build.js';
import type { Projection } from '../fold/projection.js';
import { groupByCheckpoint } from '../follow/group-by-checkpoint.js';
import { keepFollowing } from '../follow/keep-following.js';
import { dropGeneration } from '../generations/drop-generation.js';
import { ensureGenerations } from '../generations/ensure-generations.js';
import type { Register } from '../generations/read-register.js';
import { SupersededError } from '../generations/superseded-error.js';
import type { WritableGeneration } from '../generations/writable-generation.js';
import { alignCheckpoints, alignWithActive } from './align-checkpoints.js';
import { planRound, type RoundPlan } from './plan-round.js';
import type { ProjectorStatus } from './projector-status.js';
import { hasChanged, registerChange } from './register-watch.js';

export interface RoundContext extends ProjectorContext {
  projections: readonly Projection[];
  /** Notified when the register may have changed. */
  wakeSignal: WakeSignal;
  status: ProjectorStatus;
}

/**
 * Ends when there is something else to do than was planned, or when `signal` aborts; every job that was begun has ended then.
 *
 * @throws the error that made a batch fail; the next round starts over from the checkpoints
 */
export async function runRound(context: RoundContext): Promise<void> {
  const { pool, projections, signal } = context;
  const register = await readyRegister(context);
  const plan = planRound(register, projections);
  context.status.roundPlanned(plan.unwritten, [...register.paused]);
  const ending = new AbortController();
  const round = { ...context, signal: AbortSignal.any([signal, ending.signal]) };
  const jobs: Promise<void>[] = [];
  let snapshot: SharedSnapshot | undefined;
  try {
    await alignCheckpoints(round, plan.following);
    snapshot = await prepare(round, plan);
    jobs.push(
      ...followers(round, plan.following),
      ...builders(round, plan, snapshot),
      registerChange(round, register, [...plan.following, ...plan.builds.flat()]),
    );
    await Promise.race(jobs);
  } catch (error) {
    // A switch retires a generation that is followed until the next round: that is no other projector's doing.
    if (!(error instanceof SupersededError && (await hasChanged(pool, register)))) throw error;
  } finally {
    ending.abort();
    await Promise.allSettled(jobs);
    await snapshot?.end();
  }
}

/** Register in which every projection has a generation that is being written, or one that is being built. */
function readyRegister({ pool, projections, log }: RoundContext): Promise<Register> {
  return ensureGenerations(pool, projections, (discarded) => {
    const generations = discarded.map(({ id, projection, state, position }) => ({
      id,
      projection,
      state,
      position,
    }));
    log.error({ generations }, 'read models are of another log than the database: they are built anew');
  });
}

/** Does what must be done before anything is written: drops, and aligning builds with the generations that they replace. */
async function prepare(
  context: RoundContext,
  { drops, finishing }: RoundPlan,
): Promise<SharedSnapshot | undefined> {
  for (const { id } of drops) await dropGeneration(context.buildPool, id);
  await alignWithActive(context, finishing);
  const isToCompare = finishing.some(
    ({ build, active }) => build.generation.state === 'building' && active !== undefined,
  );
  return isToCompare && !context.signal.aborted ? exportSnapshot(context.buildPool) : undefined;
}

function followers(context: RoundContext, following: readonly WritableGeneration[]): Promise<void>[] {
  return groupByCheckpoint(following).map(async (group) => {
    const projections = group.map(({ projection }) => projection.name);
    context.log.info({ projections, position: group[0]?.checkpoint.position }, 'projecting');
    await keepFollowing(context, group);
  });
}

function builders(
  context: RoundContext,
  { builds, finishing }: RoundPlan,
  snapshot: SharedSnapshot | undefined,
): Promise<void>[] {
  const jobs = builds.map((together) => buildOrFail(context, together));
  const finish = async () => {
    for (const one of finishing) await finishBuild(context, one, snapshot);
  };
  return finishing.length === 0 ? jobs : [...jobs, finish()];
}
