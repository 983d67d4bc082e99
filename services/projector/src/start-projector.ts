import type { Registry } from '@att/platform/metrics';
import { createListener, keepCompact, WakeSignal } from '@att/platform/postgres';
import { GENERATIONS_CHANNEL } from '@att/platform/projections';
import { joinDetails, type Service, type ServiceContext } from '@att/platform/service';
import type { Pool } from 'pg';
import { countBlocked } from './dead-letters/count-blocked.js';
import type { Projection } from './fold/projection.js';
import { readLag } from './generations/read-lag.js';
import { openTenurePools } from './lease/tenure-pools.js';
import { createDeadLetterGauge } from './metrics/dead-letter-gauge.js';
import { createLagGauges } from './metrics/lag-gauges.js';
import { createProjectorMetrics, type ProjectorMetrics } from './metrics/projector-metrics.js';
import { HOT_TABLES } from './migrations.js';
import { PROJECTIONS } from './projections/index.js';
import { keepProjecting } from './rounds/keep-projecting.js';
import { ProjectorStatus } from './rounds/projector-status.js';

/** Milliseconds until the database must have answered a check, a metric or a question about the lease. */
const SILENCE = 3_000;

/** Folds the log into the read models that `query` answers from. One of several projectors does, and the others stand by. */
export function startProjector(
  { database, log, feed, metrics: registry }: ServiceContext,
  projections: readonly Projection[] = PROJECTIONS,
): Service {
  const { connectionString } = database;
  const timeouts = { silence: SILENCE };
  const statusPool = database.pool('att_projector', { max: 2, name: 'projector-status', timeouts });
  const leasePool = database.pool(undefined, { max: 1, name: 'projector-lease', timeouts });
  const wakeSignal = new WakeSignal();
  const listener = createListener({
    connectionString,
    role: database.role('att_projector'),
    channel: GENERATIONS_CHANNEL,
    name: 'projector',
    log,
    onNotify: () => wakeSignal.notify(),
  });
  const metrics = createMetrics(registry, statusPool);
  const endCompacting = keepCompact({ connectionString, tables: HOT_TABLES, log, metrics: registry });
  const stopping = new AbortController();
  const status = new ProjectorStatus(statusPool, metrics, log);
  const running = keepProjecting({
    leasePool,
    openPools: (tenure) => openTenurePools(database, projections.length, tenure),
    feed,
    log,
    metrics,
    projections,
    wakeSignal,
    logWriterRole: database.role('att_ingest'),
    status,
    signal: stopping.signal,
  });
  const drain = async () => {
    stopping.abort();
    await running;
  };
  return {
    name: 'projector',
    checks: [{ name: 'projections', check: async () => joinDetails([await status.check(), feed.status()]) }],
    drain,
    async stop() {
      await drain();
      await listener.close();
      await Promise.all([statusPool.end(), leasePool.end(), endCompacting()]);
    },
  };
}

function createMetrics(registry: Registry, statusPool: Pool): ProjectorMetrics {
  createLagGauges(registry, () => readLag(statusPool));
  createDeadLetterGauge(registry, () => countBlocked(statusPool));
  return createProjectorMetrics(registry);
}
