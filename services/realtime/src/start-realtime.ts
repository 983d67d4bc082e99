import { setTimeout as sleep } from 'node:timers/promises';
import { SOCKET_PATH } from '@att/contracts';
import { readLogIdentity } from '@att/platform/event-log';
import type { RouteHandlers } from '@att/platform/http';
import type { ReadinessCheck, Service, ServiceContext } from '@att/platform/service';
import type { SharedState } from '@att/platform/shared-state';
import { CountPublisher } from './count-publisher.js';
import { createDoor } from './door.js';
import { watchLog } from './log-watch.js';
import { readPage } from './read-page.js';
import { createRealtimeMetrics } from './realtime-metrics.js';
import { Room } from './room.js';
import { DEFAULT_SETTINGS, type RealtimeSettings } from './settings.js';
import { shareNext } from './share-next.js';
import { SharedPages } from './shared-pages.js';
import { Sockets } from './sockets.js';

/** Connections for heads and for clients that catch up: few, so that a crowd cannot crowd out appends. */
const POOL_SIZE = 4;
/** Milliseconds; a page takes a few dozen. The server has its chance to say so before it counts as gone. */
const TIMEOUTS = { statement: 10_000, silence: 11_000 };
/** Milliseconds that the log may take to tell its head before a new socket is sent away. */
const IDENTITY_TIMEOUT = 5_000;

/** The log to sockets: live, and resumed without loss. */
export function startRealtime(context: ServiceContext): Service {
  return createRealtime(context);
}

/** The same with other bounds, for tests. */
export function createRealtime(context: ServiceContext, changed: Partial<RealtimeSettings> = {}): Service {
  const { log, authenticator, sharedState, feed, database } = context;
  const settings = { ...DEFAULT_SETTINGS, ...changed };
  const pool = database.pool('att_reader', { max: POOL_SIZE, name: 'realtime', timeouts: TIMEOUTS });
  const readIdentity = shareNext(async () => {
    const askedAt = performance.now();
    return { ...(await within(IDENTITY_TIMEOUT, readLogIdentity(pool))), askedAt };
  });
  const sockets: Sockets = new Sockets(() => counts.changed());
  const counts = new CountPublisher({ sharedState, log, counts: () => sockets.counts() });
  const metrics = createRealtimeMetrics(context.metrics, sockets);
  const room = new Room({
    sockets,
    feed,
    readIdentity,
    pages: new SharedPages((options) => readPage(pool, options)),
    settings,
    metrics,
    log,
  });
  const endWatch = watchLog({
    interval: settings.identityInterval,
    isNeeded: () => sockets.size > 0,
    readIdentity,
    onIdentity: (identity) => room.recognise(identity),
  });
  let isDraining = false;
  const door = createDoor({
    authenticator,
    log,
    metrics,
    settings,
    isDraining: () => isDraining,
    socketsOf: (actor) => sockets.ofActor(actor),
    readIdentity,
    welcome: (client, parameters, identity) => room.enter(client, parameters, identity),
  });
  return {
    name: 'realtime',
    upgrades: new Map([[SOCKET_PATH, door]]),
    routes: statsRoute(counts, sharedState),
    checks: [liveFeedCheck(room, readIdentity)],
    async drain() {
      isDraining = true;
      await room.clear();
    },
    async stop() {
      endWatch();
      await room.clear();
      await counts.stop();
      await pool.end();
    },
  };
}

function statsRoute(counts: CountPublisher, sharedState: SharedState): RouteHandlers {
  return {
    async getWebsocketStats() {
      await counts.publishChanges();
      const { total, byProject } = await sharedState.connectionCounts();
      return { body: { total_connections: total, project_connections: Object.fromEntries(byProject) } };
    },
  };
}

function liveFeedCheck(room: Room, readIdentity: () => Promise<{ position: number }>): ReadinessCheck {
  return {
    name: 'live feed',
    async check() {
      const head = await readIdentity();
      if (room.position === undefined) return 'nobody is watching';
      return `${Math.max(0, head.position - room.position)} events behind`;
    },
  };
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const inTime = new AbortController();
  const tooLate = sleep(milliseconds, undefined, { signal: inTime.signal }).then(() => {
    throw new Error(`no answer within ${milliseconds} ms`);
  });
  return Promise.race([work, tooLate]).finally(() => inTime.abort());
}
