/** World of query's tests: the query service and the operator API over HTTP, with log, feed and projector on a database of their own. */
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthenticator } from '@att/platform/auth';
import { createPostgresFeed } from '@att/platform/event-feed';
import type { NewEvent } from '@att/platform/event-log';
import {
  createExpressApp,
  createHttpMetrics,
  createHttpServer,
  type RouteHandlers,
} from '@att/platform/http';
import { createMetrics } from '@att/platform/metrics';
import { createPool } from '@att/platform/postgres';
import { PROJECTION_NAMES } from '@att/platform/projections';
import type { Service, ServiceContext } from '@att/platform/service';
import { createMemorySharedState } from '@att/platform/shared-state';
import { allowAnyTime, createTestAppender, createTestDatabase, silentLog } from '@att/platform/testing';
import { startOperatorApi, startProjector } from '@att/projector';
import { startQuery } from '@att/query';
import type { Pool } from 'pg';

export const API_KEY = 'test-key-of-query-0123456789';
const AGENT = new Agent({ keepAlive: true });

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The JSON of the answer. */
  body: unknown;
}

type Projections = Parameters<typeof startProjector>[1];

export interface RequestOptions {
  key?: string | undefined;
  method?: string;
  headers?: Record<string, string>;
}

export interface QueryWorld {
  port: number;
  query: Service;
  /** Pool with all rights. */
  sql: Pool;
  get(path: string, options?: RequestOptions): Promise<Answer>;
  /** Appends events to the log. @returns the position of the last */
  append(...events: NewEvent[]): Promise<number>;
  /** Starts the projector. @param projections by default those of this release */
  startProjecting(projections?: Projections): void;
  /** Stops the projector; read models stay where they are. */
  stopProjecting(): Promise<void>;
  /** Rebuilds every read model, and resolves once all new generations are active. */
  rebuild(): Promise<void>;
  /** Resolves once every read model has the position. */
  projected(position: number): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  /** Connection string of the query service, for example through a proxy; by default that of the database. */
  reach?(connectionString: string): string;
  /** Clock of the log, in milliseconds. */
  now?(): number;
}

export async function createQueryWorld({
  reach = (connectionString) => connectionString,
  now,
}: WorldOptions = {}): Promise<QueryWorld> {
  const database = await createTestDatabase();
  const { connectionString } = database;
  const sql = database.pool();
  if (now !== undefined) await allowAnyTime(sql);
  const appender = createTestAppender(connectionString, {
    ...(now === undefined ? {} : { now, anyTime: true }),
  });
  const feedPool = database.pool('att_reader');
  const feed = createPostgresFeed({ pool: feedPool, connectionString, role: 'att_reader', log: silentLog });

  const query = startQuery(contextOf(reach(connectionString), feed));
  const operatorApi = startOperatorApi(contextOf(connectionString, feed));
  const http = await serve({ ...query.routes, ...operatorApi.routes });
  let projector: Service | undefined;

  return {
    port: http.port,
    query,
    sql,
    get: (path, options) => get(http.port, path, options),
    async append(...events) {
      const appended = await appender.append(events);
      return Math.max(...appended.map(({ position }) => position));
    },
    startProjecting(projections) {
      projector ??= startProjector(contextOf(connectionString, feed), projections);
    },
    async stopProjecting() {
      await projector?.stop();
      projector = undefined;
    },
    async rebuild() {
      const active =
        "SELECT max(id) AS newest, min(id) AS oldest FROM projection.generations WHERE state = 'active'";
      const before = (await sql.query(active)).rows[0].newest;
      const { status, text } = await get(http.port, '/api/projections/rebuild', { method: 'POST' });
      if (status !== 202) throw new Error(`the rebuild was answered with ${status}: ${text}`);
      while ((await sql.query(active)).rows[0].oldest <= before) await sleep(10);
    },
    async projected(position) {
      for (;;) {
        const { rows } = await sql.query(
          "SELECT count(*) FROM projection.generations WHERE state = 'active' AND position >= $1",
          [position],
        );
        if (rows[0].count === PROJECTION_NAMES.length) return;
        await sleep(10);
      }
    },
    async close() {
      await http.close();
      await Promise.all([query.stop(), operatorApi.stop()]);
      await projector?.stop();
      await appender.close();
      await feed.close();
      await database.drop();
    },
  };
}

function contextOf(connectionString: string, feed: ServiceContext['feed']): ServiceContext {
  return {
    log: silentLog,
    metrics: createMetrics(),
    authenticator: createAuthenticator(API_KEY),
    sharedState: createMemorySharedState(),
    feed,
    database: {
      connectionString,
      role: (role) => role,
      pool: (role, options) => createPool({ connectionString, role, log: silentLog, ...options }),
    },
  };
}

async function serve(handlers: RouteHandlers): Promise<{ port: number; close(): Promise<void> }> {
  const app = createExpressApp({
    handlers,
    authenticator: createAuthenticator(API_KEY),
    log: silentLog,
    metrics: createHttpMetrics(createMetrics()),
    staticDirectory: undefined,
  });
  const http = createHttpServer({ hotRoutes: [], upgrades: new Map(), app, log: silentLog });
  const { port } = await http.listen(0, '127.0.0.1');
  return {
    port,
    close() {
      http.server.closeAllConnections();
      return http.close();
    },
  };
}

/** Request with `node:http`, as tests send thousands: `fetch` costs much of what the answer does. */
async function get(port: number, path: string, options: RequestOptions = {}): Promise<Answer> {
  const key = 'key' in options ? options.key : API_KEY;
  const request = httpRequest({
    port,
    host: '127.0.0.1',
    path: new URL(path, 'http://query').href.slice('http://query'.length),
    agent: AGENT,
    method: options.method ?? 'GET',
    headers: { ...options.headers, ...(key === undefined ? {} : { 'X-API-Key': key }) },
  }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const text = await readText(response);
  return {
    status: response.statusCode ?? 0,
    headers: new Headers(response.headers as Record<string, string>),
    text,
    body: text === '' ? undefined : JSON.parse(text),
  };
}
