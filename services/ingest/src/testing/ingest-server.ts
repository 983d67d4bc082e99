/** A real HTTP server with ingest behind it, on a real database. */
import { type Authenticator, createAuthenticator } from '@att/platform/auth';
import type { LogEvent } from '@att/platform/event-log';
import { createExpressApp, createHttpMetrics, createHttpServer, type HotRoutes } from '@att/platform/http';
import { createMetrics, type Registry } from '@att/platform/metrics';
import { createMemorySharedState } from '@att/platform/shared-state';
import { createTestDatabase, silentLog, type TestDatabase } from '@att/platform/testing';
import { startIngest } from '../start-ingest.js';
import { type Answer, type Client, createClient } from './client.js';
import { readStored } from './stored.js';

export const API_KEY = 'test-key-of-ingest-0123456789';

export interface IngestServer extends Client {
  port: number;
  metrics: Registry;
  database: TestDatabase;
  /** The whole log, in order. */
  events(): Promise<LogEvent[]>;
  /** The event at a position. */
  event(position: number): Promise<LogEvent>;
  /** Refuses new events and writes those that wait, as the process does when it ends. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** @param reach how ingest reaches the database, for example through a proxy */
export async function createIngestServer(
  reach: (connectionString: string) => string = (connectionString) => connectionString,
): Promise<IngestServer> {
  const database = await createTestDatabase();
  const reader = database.pool();
  const metrics = createMetrics();
  const authenticator = createAuthenticator(API_KEY);
  const service = startIngest({
    log: silentLog,
    metrics,
    authenticator,
    sharedState: createMemorySharedState(),
    feed: unusedFeed,
    database: {
      connectionString: reach(database.connectionString),
      role: (role) => role,
      pool: (role) => database.pool(role),
    },
  });
  const http = await serve(service.hotRoutes as HotRoutes, authenticator, metrics);
  let stopped: Promise<void> | undefined;
  const drain = () => {
    stopped ??= service.stop();
    return stopped;
  };
  const events = () => readStored(reader);
  return {
    ...createClient(http.port, API_KEY),
    port: http.port,
    metrics,
    database,
    events,
    async event(position) {
      const [event] = await readStored(reader, position);
      if (event === undefined) throw new Error(`nothing is stored at position ${position}`);
      return event;
    },
    drain,
    async close() {
      await http.close();
      await drain();
      await database.drop();
    },
  };
}

/** Hot routes and the Express app on a free port, as every process has them. */
export async function serve(
  hotRoutes: HotRoutes,
  authenticator: Authenticator,
  metrics: Registry,
): Promise<{ port: number; close(): Promise<void> }> {
  const app = createExpressApp({
    handlers: {},
    authenticator,
    log: silentLog,
    metrics: createHttpMetrics(metrics),
    staticDirectory: undefined,
  });
  const http = createHttpServer({ hotRoutes: [hotRoutes], upgrades: new Map(), app, log: silentLog });
  const { port } = await http.listen(0, '127.0.0.1');
  return {
    port,
    close() {
      http.server.closeAllConnections();
      return http.close();
    },
  };
}

const unusedFeed = {
  read(): never {
    throw new Error('ingest reads no feed');
  },
  status: () => undefined,
  close: async () => {},
};

export type { Answer };
