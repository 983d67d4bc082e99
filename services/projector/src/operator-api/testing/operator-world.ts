/** Operator API over real HTTP, on a real database, without a projector to carry commands out. */
import { createAuthenticator } from '@att/platform/auth';
import { verifyLog } from '@att/platform/event-log';
import { createExpressApp, createHttpMetrics, createHttpServer } from '@att/platform/http';
import { createMetrics } from '@att/platform/metrics';
import { createPool } from '@att/platform/postgres';
import type { ServiceContext } from '@att/platform/service';
import { createMemorySharedState } from '@att/platform/shared-state';
import { createTestDatabase, silentLog } from '@att/platform/testing';
import type { Pool } from 'pg';
import { PROJECTIONS } from '../../projections/index.js';
import { startOperatorApi } from '../start-operator-api.js';

export const API_KEY = 'test-key-of-operators-0123456789';

export interface Answer {
  status: number;
  headers: Headers;
  // Any JSON: tests check it against a schema where the shape matters.
  body: ReturnType<typeof JSON.parse>;
}

export interface RecordedEvent {
  type: string;
  actor: string;
  project: string | null;
  task_id: string | null;
  agent: string | null;
  data: unknown;
}

export interface OperatorWorld {
  port: number;
  /** Connections with all rights. */
  sql: Pool;
  get(path: string): Promise<Answer>;
  post(path: string, body?: object): Promise<Answer>;
  /** The whole log, which is gapless and verified. */
  events(): Promise<RecordedEvent[]>;
  close(): Promise<void>;
}

/** @param withRoles false: where the database's user could not make roles, and all services share its rights */
export async function createOperatorWorld(withRoles = true): Promise<OperatorWorld> {
  const database = await createTestDatabase();
  const { connectionString } = database;
  const sql = database.pool();
  await registerActive(sql);
  const authenticator = createAuthenticator(API_KEY);
  const api = startOperatorApi({
    log: silentLog,
    metrics: createMetrics(),
    authenticator,
    sharedState: createMemorySharedState(),
    feed: unusedFeed,
    database: {
      connectionString,
      role: (role) => (withRoles ? role : undefined),
      pool: (role, options) =>
        createPool({ connectionString, role: withRoles ? role : undefined, log: silentLog, ...options }),
    },
  });
  const app = createExpressApp({
    handlers: api.routes ?? {},
    authenticator,
    log: silentLog,
    metrics: createHttpMetrics(createMetrics()),
    staticDirectory: undefined,
  });
  const http = createHttpServer({ hotRoutes: [], upgrades: new Map(), app, log: silentLog });
  const { port } = await http.listen(0, '127.0.0.1');
  const ask = async (method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'X-API-Key': API_KEY, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  return {
    port,
    sql,
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
    events: () => verifiedEvents(sql),
    async close() {
      http.server.closeAllConnections();
      await http.close();
      await api.stop();
      await database.drop();
    },
  };
}

/** Registers generations 1 to 5 as active, in the order of the projections; they need no tables here. */
async function registerActive(sql: Pool): Promise<void> {
  for (const { name, version } of PROJECTIONS) {
    await sql.query(
      "INSERT INTO projection.generations (projection, version, state) VALUES ($1, $2, 'active')",
      [name, version],
    );
  }
}

async function verifiedEvents(sql: Pool): Promise<RecordedEvent[]> {
  const client = await sql.connect();
  try {
    const { rows } = await client.query(
      'SELECT position, type, actor, project, task_id, agent, data FROM log.events ORDER BY position',
    );
    const { verified, breaks } = await verifyLog(client);
    if (breaks.length > 0 || verified !== rows.length) throw new Error('the log does not hold');
    return rows.map(({ position, data, ...envelope }) => ({ ...envelope, data: JSON.parse(data) }));
  } finally {
    client.release();
  }
}

const unusedFeed: ServiceContext['feed'] = {
  read() {
    throw new Error('the operator API reads no feed');
  },
  status: () => undefined,
  async close() {},
};
