import { startBackgroundVerifier } from '@att/platform/event-log';
import type { RouteHandlers } from '@att/platform/http';
import { createListener, WakeSignal } from '@att/platform/postgres';
import { PROJECTION_CHANNEL } from '@att/platform/projections';
import {
  type ReadinessCheck,
  type Service,
  type ServiceContext,
  sharedStateCheck,
} from '@att/platform/service';
import { agentRoutes } from './agents/routes.js';
import { conditionsOn, REPLICA_WAIT } from './database/conditions.js';
import { openDatabase, type Readers } from './database/open-database.js';
import { withReplica } from './database/with-replica.js';
import { eventRoutes } from './events/routes.js';
import { lagOf } from './progress/lag.js';
import { Progress, REPLICA_POLL_INTERVAL } from './progress/progress.js';
import { projectRoutes } from './projects/routes.js';
import { ReadModel } from './read-model/read-model.js';
import { statsRoutes } from './stats/routes.js';
import { taskRoutes } from './tasks/routes.js';

/** Milliseconds without an answer after which the verifier takes another connection. */
const VERIFIER_SILENCE = 15_000;
/** Milliseconds that a read waits for its projection. */
const WAIT_TIMEOUT = 2_000;

/** Service of reads: projects, tasks, agents and stats from the read models, events from the log itself. */
export function startQuery({ log, database, metrics, sharedState, rateLimits }: ServiceContext): Service {
  const { primary, replica, close } = openDatabase(database);
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
  const progress = new Progress(primary.readModels, wakeSignal);
  return {
    name: 'query',
    routes: createRoutes({ primary, progress, replica, wakeSignal, database, metrics, log }),
    checks: [
      { name: 'read models', check: async () => lagOf(await progress.read()) },
      { name: 'hash chain', check: async () => verifier.status() },
      ...(rateLimits?.reads === undefined ? [] : sharedStateCheck('read limits', sharedState)),
      ...replicaChecks(database),
    ],
    async stop() {
      await Promise.all([listener.close(), verifier.stop()]);
      await Promise.all([close(), verifierPool.end()]);
    },
  };
}

interface RouteOptions {
  primary: Readers;
  /** Progress as the primary has it. */
  progress: Progress;
  replica: Readers | undefined;
  wakeSignal: WakeSignal;
  database: ServiceContext['database'];
  metrics: ServiceContext['metrics'];
  log: ServiceContext['log'];
}

function createRoutes({ primary, progress, replica, wakeSignal, database, metrics, log }: RouteOptions) {
  const reads = { reader: primary.readModels, progress, times: primary.readModels };
  const onPrimary = routesOf(primary, new ReadModel({ ...reads, waitTimeout: WAIT_TIMEOUT }));
  if (replica === undefined || database.replica === undefined) return onPrimary;
  const models = new ReadModel({
    reader: replica.readModels,
    progress: new Progress(replica.readModels, wakeSignal, REPLICA_POLL_INTERVAL),
    times: primary.readModels,
    waitTimeout: REPLICA_WAIT,
    conditions: conditionsOn(database.replica),
  });
  const onReplica = routesOf(replica, models);
  const waitTimeout = WAIT_TIMEOUT - REPLICA_WAIT;
  const afterReplica = routesOf(primary, new ReadModel({ ...reads, waitTimeout }));
  return withReplica(database.replica, { onReplica, onPrimary, afterReplica }, { metrics, log });
}

function routesOf({ readModels, events }: Readers, models: ReadModel): RouteHandlers {
  return {
    ...projectRoutes(models),
    ...taskRoutes(models, readModels),
    ...agentRoutes(models),
    ...statsRoutes(models),
    ...eventRoutes(events, models),
  };
}

function replicaChecks({ replica }: ServiceContext['database']): ReadinessCheck[] {
  return replica === undefined ? [] : [{ name: 'read replica', check: async () => replica.check() }];
}
