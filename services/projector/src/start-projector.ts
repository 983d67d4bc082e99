import type { Service, ServiceContext } from '@att/platform/service';
import type { Pool } from 'pg';
import type { Built } from './apply-batch.js';
import { ensureGenerations } from './generations/ensure-generations.js';
import { GenerationVersionError, matchVersions } from './generations/match-versions.js';
import { FencedError } from './generations/move-checkpoint.js';
import { readLag } from './generations/read-lag.js';
import { groupByCheckpoint } from './group-by-checkpoint.js';
import { createLagGauges } from './lag-gauges.js';
import { PROJECTIONS } from './projections/index.js';
import { createProjectorMetrics, type ProjectorMetrics } from './projector-metrics.js';
import { backOff, runGroup } from './run-group.js';

/** Waits as after this many failures: a second. */
const STANDING_BY = 2;

/** Milliseconds; a statement of a batch takes a few, but a table may be locked while it is rebuilt. */
const SILENCE = 60_000;

/** Folds the log into the read models that `query` answers from. */
export function startProjector(context: ServiceContext): Service {
  // One more than there can be groups, for whoever reads the lag.
  const pooling = { max: PROJECTIONS.length + 1, name: 'projector', timeouts: { silence: SILENCE } };
  const pool = context.database.pool('att_projector', pooling);
  const metrics = createProjectorMetrics(context.metrics);
  createLagGauges(context.metrics, () => readLag(pool));
  const stopping = new AbortController();
  let failure: Error | undefined;

  const running = keepProjecting(context, pool, metrics, stopping.signal, (state) => {
    // Once: a projector that stands by comes here every second.
    if (state instanceof GenerationVersionError && state.message !== failure?.message) {
      context.log.error({ err: state }, 'a projection stands still');
    }
    failure = state;
  });
  return {
    name: 'projector',
    checks: [
      {
        name: 'projections',
        async check() {
          if (failure !== undefined) throw failure;
          return 'following the log';
        },
      },
    ],
    async drain() {
      stopping.abort();
      await running;
    },
    async stop() {
      stopping.abort();
      await running;
      await pool.end();
    },
  };
}

/** Whatever fails, memory is thrown away and the work starts over from the checkpoints in the database. */
async function keepProjecting(
  context: ServiceContext,
  pool: Pool,
  metrics: ProjectorMetrics,
  signal: AbortSignal,
  onState: (failure: Error | undefined) => void,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const startedAt = performance.now();
    try {
      await project(context, pool, metrics, signal, onState);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof FencedError) {
        // Not a failure: this one stands by, and is there within a second when the other ends.
        context.log.debug('another projector is at work');
        await backOff(STANDING_BY, signal);
        continue;
      }
      failures = performance.now() - startedAt > 30_000 ? 0 : failures + 1;
      metrics.failed();
      onState(error as Error);
      context.log.error({ err: error }, 'projecting failed; starting over from the checkpoint');
      await backOff(failures, signal);
    }
  }
}

async function project(
  { feed, log }: ServiceContext,
  pool: Pool,
  metrics: ProjectorMetrics,
  signal: AbortSignal,
  onState: (failure: Error | undefined) => void,
): Promise<void> {
  const generations = await ensureGenerations(pool, PROJECTIONS);
  const { writable, refused } = matchVersions(generations, PROJECTIONS);
  if (refused !== undefined && writable.length === 0) throw refused;
  onState(refused);
  // One group that fails ends the others, so that all start over from checkpoints read together.
  const ending = new AbortController();
  const together = AbortSignal.any([signal, ending.signal]);
  const groups = groupByCheckpoint(writable).map(async (group) => {
    const built = group.flatMap((generation): Built[] => {
      const projection = PROJECTIONS.find(({ name }) => name === generation.projection);
      return projection === undefined ? [] : [{ generation, writer: projection.writer(generation.id) }];
    });
    const after = group[0]?.position ?? 0;
    await runGroup({ pool, feed, group: built, after, log, metrics, signal: together });
  });
  try {
    await Promise.all(groups);
  } finally {
    ending.abort();
    await Promise.allSettled(groups);
  }
}
