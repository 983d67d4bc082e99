import { startBackgroundVerifier } from '@att/platform/event-log';
import { createListener, WakeSignal } from '@att/platform/postgres';
import { PROJECTION_CHANNEL } from '@att/platform/projections';
import { type Service, type ServiceContext, sharedStateCheck } from '@att/platform/service';
import { agentRoutes } from './agents/routes.js';
import { openDatabase } from './database/open-database.js';
import { eventRoutes } from './events/routes.js';
import { lagOf } from './progress/lag.js';
import { Progress } from './progress/progress.js';
import { projectRoutes } from './projects/routes.js';
import { ReadModel } from './read-model/read-model.js';
import { statsRoutes } from './stats/routes.js';
import { taskRoutes } from './tasks/routes.js';

/** Milliseconds without an answer after which the verifier takes another connection. */
const VERIFIER_SILENCE = 15_000;

/** Service of reads: projects, tasks, agents and stats from the read models, events from the log itself. */
export function startQuery({ log, database, metrics, sharedState, rateLimits }: ServiceContext): Service {
  const { readModels, events, close } = openDatabase(database);
  const wakeSignal = new WakeSignal();
  const listener = createListener({
    connectionString: database.connectionString,
    role: database.role('att_reader'),
    channel: PROJECTION_CHANNEL,
    name: 'query',
    log,
    onNotify: () => wakeSignal.notify(),
  });
  const verifierPool = database.pool('att_reader', {
    max: 1,
    name: 'query-verifier',
    timeouts: { silence: VERIFIER_SILENCE },
  });
  const verifier = startBackgroundVerifier({ pool: verifierPool, log, metrics });
  const progress = new Progress(readModels, wakeSignal);
  const models = new ReadModel(readModels, progress);
  return {
    name: 'query',
    routes: {
      ...projectRoutes(models),
      ...taskRoutes(models, readModels),
      ...agentRoutes(models),
      ...statsRoutes(models),
      ...eventRoutes(events, models),
    },
    checks: [
      { name: 'read models', check: async () => lagOf(await progress.read()) },
      { name: 'hash chain', check: async () => verifier.status() },
      ...(rateLimits?.reads === undefined ? [] : sharedStateCheck('read limits', sharedState)),
    ],
    async stop() {
      await Promise.all([listener.close(), verifier.stop()]);
      await Promise.all([close(), verifierPool.end()]);
    },
  };
}
