/** HTTP server with both of its paths, as every process has it: ingest's lean one, and Express for reads. */
import type { Scope } from '@att/contracts';
import { startIngest } from '@att/ingest';
import type { Authenticator } from '@att/platform/auth';
import { createExpressApp, createHttpMetrics, createHttpServer, type HotRoutes } from '@att/platform/http';
import { createMetrics } from '@att/platform/metrics';
import { createPool } from '@att/platform/postgres';
import type { ServiceContext } from '@att/platform/service';
import { createMemorySharedState } from '@att/platform/shared-state';
import { createDatabaseProxy, createTestDatabase, silentLog, throughProxy } from '@att/platform/testing';
import { startQuery } from '@att/query';
import { inject } from 'vitest';

/** Keys are named after the one scope that they have. */
const authenticator: Authenticator = {
  authenticate: (key) =>
    ['read', 'ingest'].includes(key) ? { actor: key, scopes: new Set([key as Scope]) } : undefined,
};

export interface OneServer {
  url: string;
  /** Takes the database away, or gives it back. */
  database: { down(): void; restore(): void };
  close(): Promise<void>;
}

export async function startOneServer(): Promise<OneServer> {
  const proxy = await createDatabaseProxy(inject('testServer').connectionString);
  const database = await createTestDatabase();
  const context = contextOf(throughProxy(database.connectionString, proxy));
  const ingest = startIngest(context);
  const query = startQuery(context);
  const app = createExpressApp({
    handlers: query.routes ?? {},
    authenticator,
    log: silentLog,
    metrics: createHttpMetrics(context.metrics),
    staticDirectory: undefined,
  });
  const hotRoutes = [ingest.hotRoutes as HotRoutes];
  const http = createHttpServer({ hotRoutes, upgrades: new Map(), app, log: silentLog });
  const { port } = await http.listen(0, '127.0.0.1');
  return {
    url: `http://127.0.0.1:${port}`,
    database: proxy,
    async close() {
      proxy.restore();
      http.server.closeAllConnections();
      await http.close();
      await ingest.stop();
      await query.stop();
      await proxy.close();
      await database.drop();
    },
  };
}

function contextOf(connectionString: string): ServiceContext {
  return {
    log: silentLog,
    metrics: createMetrics(),
    authenticator,
    sharedState: createMemorySharedState(),
    feed: {
      read(): never {
        throw new Error('neither service reads the feed');
      },
      status: () => undefined,
      close: async () => {},
    },
    database: {
      connectionString,
      role: (role) => role,
      pool: (role, options) => createPool({ connectionString, role, log: silentLog, ...options }),
    },
  };
}
