import { setTimeout as sleep } from 'node:timers/promises';
import { SOCKET_PATH } from '@att/contracts';
import { readLogIdentity } from '@att/platform/event-log';
import type { Service, ServiceContext } from '@att/platform/service';
import { Audience } from './audience.js';
import type { Client } from './client.js';
import type { LogIdentity } from './control-frames.js';
import { CountPublisher } from './count-publisher.js';
import { createDoor } from './door.js';
import { FrameRing } from './frame-ring.js';
import { LiveFeed } from './live-feed.js';
import type { SocketParameters } from './parameters.js';
import { readPage } from './read-page.js';
import { createRealtimeMetrics } from './realtime-metrics.js';
import { type SessionOptions, startSession } from './session.js';
import { DEFAULT_SETTINGS, type RealtimeSettings } from './settings.js';
import { Sockets } from './sockets.js';

/** Connections for heads and for clients that catch up: they share, so that a crowd of them cannot crowd out appends. */
const POOL_SIZE = 4;
/** Milliseconds that the log may take to tell its head before a new socket is sent away. */
const IDENTITY_TIMEOUT = 5_000;
/** Milliseconds that clients have to answer the close at the end. */
const DRAIN_TIMEOUT = 2_000;

/** The log to sockets: live, and resumed without loss. */
export function startRealtime(context: ServiceContext): Service {
  return createRealtime(context);
}

/** The same with other bounds, for tests. */
export function createRealtime(context: ServiceContext, changed: Partial<RealtimeSettings> = {}): Service {
  const { log, authenticator, sharedState, feed, database } = context;
  const settings = { ...DEFAULT_SETTINGS, ...changed };
  const pool = database.pool('att_reader', { max: POOL_SIZE, name: 'realtime' });
  const sockets: Sockets = new Sockets(() => counts.changed());
  const counts = new CountPublisher({ sharedState, log, counts: () => sockets.counts() });
  const metrics = createRealtimeMetrics(context.metrics, () => sockets.size);
  const onSent = (frames: number) => metrics.framesSent.inc(frames);
  const ring = new FrameRing(settings.ringFrames, settings.ringBytes);
  const audience = new Audience(onSent);
  const liveFeed = new LiveFeed({ feed, ring, audience, log, ...settings });
  const session: SessionOptions = {
    settings,
    metrics,
    log,
    following: {
      ring,
      audience,
      log,
      pageBytes: settings.pageBytes,
      readPage: (options) => readPage(pool, options),
      onSent,
    },
  };
  let isDraining = false;

  function welcome(client: Client, parameters: SocketParameters, identity: LogIdentity): void {
    if (liveFeed.isOfAnotherLog(identity)) {
      closeAll('the log was replaced by another');
      liveFeed.stop();
    }
    sockets.add(client);
    client.ws.on('close', () => {
      sockets.delete(client);
      audience.delete(client);
      if (sockets.size === 0) liveFeed.release();
    });
    liveFeed.need(identity);
    startSession(client, parameters, identity, session);
  }

  function closeAll(reason: string): void {
    for (const client of [...sockets]) {
      audience.delete(client);
      client.close('restarting', reason);
    }
  }

  const door = createDoor({
    authenticator,
    log,
    metrics,
    settings,
    isDraining: () => isDraining,
    socketsOf: (actor) => sockets.ofActor(actor),
    readIdentity: () => within(readLogIdentity(pool), IDENTITY_TIMEOUT),
    welcome,
  });

  return {
    name: 'realtime',
    upgrades: new Map([[SOCKET_PATH, door]]),
    routes: {
      async getWebsocketStats() {
        await counts.publishChanges();
        const { total, byProject } = await sharedState.connectionCounts();
        return { body: { total_connections: total, project_connections: Object.fromEntries(byProject) } };
      },
    },
    checks: [
      {
        name: 'live feed',
        async check() {
          const { position } = await readLogIdentity(pool);
          return liveFeed.isReading
            ? `${Math.max(0, position - ring.tip)} events behind`
            : 'nobody is watching';
        },
      },
    ],
    async drain() {
      isDraining = true;
      closeAll('the server restarts');
      await waitUntil(() => sockets.size === 0, DRAIN_TIMEOUT);
      for (const client of [...sockets]) client.ws.terminate();
      liveFeed.stop();
    },
    async stop() {
      liveFeed.stop();
      await counts.stop();
      await pool.end();
    },
  };
}

async function within<T>(work: Promise<T>, timeout: number): Promise<T> {
  const late = new AbortController();
  const tooLate = sleep(timeout, undefined, { signal: late.signal }).then(() => {
    throw new Error(`no answer within ${timeout} ms`);
  });
  return Promise.race([work, tooLate]).finally(() => {
    late.abort();
    tooLate.catch(() => {});
  });
}

async function waitUntil(done: () => boolean, timeout: number): Promise<void> {
  for (const end = performance.now() + timeout; !done() && performance.now() < end; ) await sleep(10);
}
