/** The realtime service as tests run it: on a database, a feed and an HTTP server of its own. */
import { type Authenticator, createAuthenticator } from '@att/platform/auth';
import { createPostgresFeed, type EventFeed } from '@att/platform/event-feed';
import { createHttpServer } from '@att/platform/http';
import { Registry } from '@att/platform/metrics';
import { createPool } from '@att/platform/postgres';
import type { Service, ServiceContext } from '@att/platform/service';
import { createMemorySharedState } from '@att/platform/shared-state';
import {
  createDatabaseProxy,
  createTestAppender,
  createTestDatabase,
  newEvent,
  silentLog,
  type TcpProxy,
  type TestDatabase,
  throughProxy,
} from '@att/platform/testing';
import type { RealtimeSettings } from '../settings.js';
import { createRealtime } from '../start-realtime.js';
import { TestSocket } from './test-socket.js';

export const KEY = 'a-key-with-every-scope';
/** Key without the scope `read`. */
export const INGEST_KEY = 'a-key-that-only-ingests';

export interface TestRealtime {
  service: Service;
  database: TestDatabase;
  metrics: Registry;
  port: number;
  /** How often the feed was asked for a stream. */
  feedReads(): number;
  append(count: number, event?: Parameters<typeof newEvent>[0]): Promise<void>;
  /** @param query what follows `?`, the key left out */
  connect(query?: string): TestSocket;
  /** Line between the service and its database; events are appended past it. */
  line: TcpProxy;
  stop(): Promise<void>;
}

export async function startTestRealtime(
  settings: Partial<RealtimeSettings> = {},
  shared: Partial<Pick<ServiceContext, 'sharedState' | 'rateLimits'>> = {},
): Promise<TestRealtime> {
  const database = await createTestDatabase();
  const line = await createDatabaseProxy(database.connectionString);
  const connectionString = throughProxy(database.connectionString, line);
  const metrics = new Registry();
  const appender = createTestAppender(database.connectionString);
  const feedPool = createPool({
    connectionString,
    role: 'att_reader',
    max: 4,
    name: 'feed-pool',
    log: silentLog,
  });
  const feed = createPostgresFeed({
    pool: feedPool,
    // Wake-ups come past the line: only reading depends on it.
    connectionString: database.connectionString,
    role: 'att_reader',
    log: silentLog,
  });
  let feedReads = 0;
  const counted: EventFeed = {
    read(options) {
      feedReads += 1;
      return feed.read(options);
    },
    status: () => feed.status(),
    close: () => feed.close(),
  };
  const context: ServiceContext = {
    log: silentLog,
    metrics,
    authenticator: withIngestKey(createAuthenticator(KEY)),
    sharedState: createMemorySharedState(),
    ...shared,
    feed: counted,
    database: {
      connectionString,
      role: (role) => role,
      pool: (role, options) => createPool({ connectionString, role, ...options, log: silentLog }),
    },
  };
  const service = createRealtime(context, settings);
  const http = createHttpServer({
    hotRoutes: [],
    upgrades: service.upgrades ?? new Map(),
    app: (_request, response) => void response.writeHead(404).end(),
    log: silentLog,
  });
  const { port } = await http.listen(0, '127.0.0.1');
  const sockets: TestSocket[] = [];
  let appended = 0;

  return {
    service,
    database,
    metrics,
    line,
    port,
    feedReads: () => feedReads,
    async append(count, event = {}) {
      await appender.append(
        Array.from({ length: count }, () => newEvent({ taskId: `task-${++appended}`, ...event })),
      );
    },
    connect(query = '') {
      const socket = new TestSocket(`ws://127.0.0.1:${port}/webhook/ws?api_key=${KEY}&${query}`);
      sockets.push(socket);
      return socket;
    },
    async stop() {
      for (const socket of sockets) socket.ws.terminate();
      await service.drain?.();
      await http.close();
      await service.stop();
      await feed.close();
      await feedPool.end();
      await appender.close();
      await line.close();
      await database.drop();
    },
  };
}

const withIngestKey = (all: Authenticator): Authenticator => ({
  authenticate: (key) =>
    key === INGEST_KEY ? { actor: 'ingest-only', scopes: new Set(['ingest']) } : all.authenticate(key),
});
