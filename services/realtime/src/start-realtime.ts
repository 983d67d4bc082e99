import { SOCKET_PATH } from '@att/contracts';
import { shareCalls } from '@att/platform/calls';
import { readLogIdentity } from '@att/platform/event-log';
import type { HandlersOf } from '@att/platform/http';
import {
  joinDetails,
  type ReadinessCheck,
  type Service,
  type ServiceContext,
  sharedStateCheck,
} from '@att/platform/service';
import {
  type ConnectionCounts,
  type SharedState,
  SharedStateUnavailableError,
} from '@att/platform/shared-state';
import { withTimeLimit } from '@att/platform/time';
import { CountPublisher } from './count-publisher.js';
import { Hub } from './hub.js';
import { watchLog } from './log-watch.js';
import { createPageSource } from './page-source.js';
import { createRealtimeMetrics } from './realtime-metrics.js';
import { DEFAULT_SETTINGS, type RealtimeSettings } from './settings.js';
import { SharedPages } from './shared-pages.js';
import { Sockets } from './sockets.js';
import { createUpgradeHandler } from './upgrade-handler.js';

/** Connections for reads of the head and of pages: few, so that many viewers cannot slow down appends. */
const POOL_SIZE = 4;
/** Connections to the replica: as many pages as are read at a time. */
const PAGE_READS = 2;
/** Milliseconds; a page takes a few dozen. The server reports its own time-out before the connection counts as lost. */
const TIMEOUTS = { statement: 10_000, silence: 11_000 };
/** Milliseconds that a read of the log's identity may take before a new socket is closed. */
const IDENTITY_TIMEOUT = 5_000;

/** Sends the log to sockets: live, after a resume without loss, and as a replay. */
export function startRealtime(context: ServiceContext): Service {
  return createRealtime(context);
}

/** The same service with other bounds, for tests. */
export function createRealtime(context: ServiceContext, changed: Partial<RealtimeSettings> = {}): Service {
  const { log, authenticator, sharedState, feed, database } = context;
  const settings = { ...DEFAULT_SETTINGS, ...changed };
  const pool = database.pool('att_reader', { max: POOL_SIZE, name: 'realtime', timeouts: TIMEOUTS });
  /** Epoch as it was read last: no socket was told of a newer one. */
  let epoch: string | undefined;
  const readIdentity = shareCalls(
    async () => {
      const askedAt = performance.now();
      const identity = await withTimeLimit(IDENTITY_TIMEOUT, readLogIdentity(pool), () => {
        throw new Error(`no answer within ${IDENTITY_TIMEOUT} ms`);
      });
      epoch = identity.epoch;
      return { ...identity, askedAt };
    },
    { afterFailure: 'ask again' },
  );
  const replica = openReplica(database, () => epoch);
  const sockets: Sockets = new Sockets(() => counts.changed());
  const counts = new CountPublisher({ sharedState, counts: () => sockets.counts() });
  const metrics = createRealtimeMetrics(context.metrics, sockets);
  const hub = new Hub({
    sockets,
    feed,
    readIdentity,
    pages: new SharedPages(createPageSource({ primary: pool, replica, log })),
    settings,
    metrics,
    log,
  });
  const endWatch = watchLog({
    interval: settings.identityInterval,
    isNeeded: () => sockets.size > 0,
    readIdentity,
    onIdentity: (identity) => hub.checkIdentity(identity),
  });
  let isDraining = false;
  const upgradeHandler = createUpgradeHandler({
    authenticator,
    log,
    metrics,
    settings,
    rateLimit: context.rateLimits?.reads,
    isDraining: () => isDraining,
    socketsOf: (actor) => sockets.ofActor(actor),
    readIdentity,
    onAuthorized: (client, parameters, identity) => hub.add(client, parameters, identity),
  });
  return {
    name: 'realtime',
    upgrades: new Map([[SOCKET_PATH, upgradeHandler]]),
    routes: statsRoute(counts, sharedState),
    checks: [
      liveFeedCheck(hub, feed, readIdentity),
      ...sharedStateCheck('socket counts', sharedState),
      ...replicaChecks(database),
    ],
    async drain() {
      isDraining = true;
      await hub.disconnectAll();
    },
    async stop() {
      endWatch();
      await hub.disconnectAll();
      await counts.stop();
      await Promise.all([pool.end(), replica?.pool.end()]);
    },
  };
}

function openReplica({ replica: state }: ServiceContext['database'], epoch: () => string | undefined) {
  if (state === undefined) return undefined;
  return {
    state,
    pool: state.pool('att_reader', { max: PAGE_READS, name: 'realtime', timeouts: TIMEOUTS }),
    epoch,
  };
}

function replicaChecks({ replica }: ServiceContext['database']): ReadinessCheck[] {
  return replica === undefined ? [] : [{ name: 'replica for catch-up', check: async () => replica.check() }];
}

function statsRoute(counts: CountPublisher, sharedState: SharedState): HandlersOf<'sockets'> {
  return {
    async getWebsocketStats() {
      const { total, byProject, ...partly } = await allCounts(counts, sharedState);
      const body = { total_connections: total, project_connections: Object.fromEntries(byProject) };
      return { body: { ...body, ...partly } };
    },
  };
}

/** Counts of all replicas; or of this one, marked as partial, while the others' cannot be had. */
async function allCounts(
  counts: CountPublisher,
  sharedState: SharedState,
): Promise<ConnectionCounts & { partial?: true }> {
  try {
    await counts.publishChanges();
    return await sharedState.connectionCounts();
  } catch (error) {
    if (!(error instanceof SharedStateUnavailableError)) throw error;
    return { ...counts.own(), partial: true };
  }
}

function liveFeedCheck(
  hub: Hub,
  feed: ServiceContext['feed'],
  readIdentity: () => Promise<{ position: number }>,
): ReadinessCheck {
  return {
    name: 'live feed',
    async check() {
      const head = await readIdentity();
      if (hub.position === undefined) return 'nobody is watching';
      return joinDetails([`${Math.max(0, head.position - hub.position)} events behind`, feed.status()]);
    },
  };
}
