import { createListener, keepCompact, WakeSignal } from '@att/platform/postgres';
import { GENERATIONS_CHANNEL } from '@att/platform/projections';
import { NotReadyError, type Service, type ServiceContext } from '@att/platform/service';
import { blockedText, countBlocked } from './dead-letters/count-blocked.js';
import type { Projection } from './fold/projection.js';
import { readLag } from './generations/read-lag.js';
import { stalledText } from './generations/stall.js';
import { openTenurePools } from './lease/tenure-pools.js';
import { createDeadLetterGauge } from './metrics/dead-letter-gauge.js';
import { createLagGauges } from './metrics/lag-gauges.js';
import { createProjectorMetrics } from './metrics/projector-metrics.js';
import { HOT_TABLES } from './migrations.js';
import { PROJECTIONS } from './projections/index.js';
import { keepProjecting } from './rounds/keep-projecting.js';

/** Milliseconds until the database must have answered a check, a metric or a question about the lease. */
const SILENCE = 3_000;

/** Folds the log into the read models that `query` answers from. One of several projectors does, and the others stand by. */
export function startProjector(
  context: ServiceContext,
  projections: readonly Projection[] = PROJECTIONS,
): Service {
  const { database, log, feed } = context;
  const timeouts = { silence: SILENCE };
  const statusPool = database.pool('att_projector', { max: 2, name: 'projector-status', timeouts });
  const leasePool = database.pool(undefined, { max: 1, name: 'projector-lease', timeouts });
  const wakeSignal = new WakeSignal();
  const listener = createListener({
    connectionString: database.connectionString,
    role: database.role('att_projector'),
    channel: GENERATIONS_CHANNEL,
    name: 'projector',
    log,
    onNotify: () => wakeSignal.notify(),
  });
  const metrics = createProjectorMetrics(context.metrics);
  createLagGauges(context.metrics, () => readLag(statusPool));
  createDeadLetterGauge(context.metrics, () => countBlocked(statusPool));
  const { connectionString } = database;
  const endCompacting = keepCompact({ connectionString, tables: HOT_TABLES, log, metrics: context.metrics });
  const stopping = new AbortController();
  let failure: Error | undefined;
  let unwritten: string | undefined;
  let paused: readonly string[] = [];
  let isOwner = false;

  const running = keepProjecting({
    leasePool,
    openPools: (tenure) => openTenurePools(database, projections.length, tenure),
    feed,
    log,
    metrics,
    projections,
    wakeSignal,
    logWriterRole: database.role('att_ingest'),
    signal: stopping.signal,
    onLease(owns) {
      isOwner = owns;
      metrics.owns(owns);
      // A projector that stands by has nothing that could fail.
      if (!owns) failure = undefined;
    },
    onUnwritten(reason) {
      // Logged once, not in each round.
      if (reason !== undefined && reason !== unwritten) log.error({ reason }, 'a projection is not written');
      unwritten = reason;
      failure = reason === undefined ? undefined : new NotReadyError(reason);
    },
    onPaused(names) {
      paused = names;
    },
    onFailure(error) {
      failure = error;
    },
  });
  return {
    name: 'projector',
    checks: [
      {
        name: 'projections',
        async check() {
          if (failure !== undefined) throw failure;
          const [lags, tasks] = await Promise.all([readLag(statusPool), countBlocked(statusPool)]);
          const stalled = stalledText(lags);
          if (stalled !== undefined) throw new NotReadyError(stalled);
          const blocked = blockedText(tasks);
          const stopped = paused.length === 0 ? undefined : `paused: ${paused.join(', ')}`;
          const doing = isOwner ? 'following the log' : 'standing by';
          return [doing, stopped, blocked].filter((part) => part !== undefined).join('; ');
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
      await listener.close();
      await Promise.all([statusPool.end(), leasePool.end(), endCompacting()]);
    },
  };
}
