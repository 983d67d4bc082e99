import { Bell, createListener, keepCompact } from '@att/platform/postgres';
import { GENERATIONS_CHANNEL } from '@att/platform/projections';
import { NotReadyError, type Service, type ServiceContext } from '@att/platform/service';
import { readLag } from './generations/read-lag.js';
import { HOT_TABLES } from './hot-tables.js';
import { createLagGauges } from './lag-gauges.js';
import { countStanding, standingText } from './poison/count-standing.js';
import { createDeadLetterGauge } from './poison/dead-letter-gauge.js';
import type { Projection } from './projection.js';
import { PROJECTIONS } from './projections/index.js';
import { createProjectorMetrics } from './projector-metrics.js';
import { keepProjecting } from './run/keep-projecting.js';

/** Milliseconds, of a whole batch, too; it takes a hundred or two, but a table may be locked for a while. */
const SILENCE = 60_000;

/**
 * Folds the log into the read models that `query` answers from.
 *
 * @param projections those of this release, if not others are given
 */
export function startProjector(
  context: ServiceContext,
  projections: readonly Projection[] = PROJECTIONS,
): Service {
  const { database, log, feed } = context;
  // For each its own group, and a build of it; one more for whoever reads the lag.
  const max = 2 * projections.length + 1;
  const pool = database.pool('att_projector', { max, name: 'projector', timeouts: { silence: SILENCE } });
  // Indexing and comparing take as long as they take. The lock, a moment to compare in, two that compare, and two that
  // index for each build: who had to wait for one would be refused after some seconds, and the round begin anew.
  const buildPool = database.pool('att_projector', {
    max: 4 + 2 * projections.length,
    name: 'projector-build',
    timeouts: { statement: 0, idleInTransaction: 0 },
  });
  const bell = new Bell();
  const listener = createListener({
    connectionString: database.connectionString,
    role: database.role('att_projector'),
    channel: GENERATIONS_CHANNEL,
    name: 'projector',
    log,
    onNotify: () => bell.ring(),
  });
  const metrics = createProjectorMetrics(context.metrics);
  createLagGauges(context.metrics, () => readLag(pool));
  createDeadLetterGauge(context.metrics, () => countStanding(pool));
  const { connectionString } = database;
  const endCompacting = keepCompact({ connectionString, tables: HOT_TABLES, log, metrics: context.metrics });
  const stopping = new AbortController();
  let failure: Error | undefined;
  let standstill: string | undefined;
  let paused: readonly string[] = [];

  const running = keepProjecting({
    pool,
    buildPool,
    feed,
    log,
    metrics,
    projections,
    bell,
    writer: database.role('att_ingest'),
    signal: stopping.signal,
    onStandstill(reason) {
      // Once: there are many rounds.
      if (reason !== undefined && reason !== standstill) log.error({ reason }, 'a projection stands still');
      standstill = reason;
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
          const standing = standingText(await countStanding(pool));
          const stopped = paused.length === 0 ? undefined : `paused: ${paused.join(', ')}`;
          return ['following the log', stopped, standing].filter((part) => part !== undefined).join('; ');
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
      await Promise.all([pool.end(), buildPool.end(), endCompacting()]);
    },
  };
}
