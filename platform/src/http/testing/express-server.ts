/** Server of a few routes, with which tests ask what Express makes of requests. */
import { connect } from 'node:net';
import type { Scope } from '@att/contracts';
import type { Authenticator } from '../../auth/index.js';
import { createMetrics, type Registry } from '../../metrics/index.js';
import { silentLog } from '../../testing/silent-log.js';
import { createExpressApp, createHttpMetrics, createHttpServer, type RouteHandlers } from '../index.js';

export interface ExpressServer {
  port: number;
  metrics: Registry;
  /** Input that the handler of the last request got. */
  received(): unknown;
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Answer>;
  post(path: string, body: Body | undefined, headers?: Record<string, string>): Promise<Answer>;
  /** Answers to bytes that no HTTP library would send. */
  raw(bytes: string): Promise<string>;
  close(): Promise<void>;
}

export type Body = string | Uint8Array<ArrayBuffer>;

interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

export async function createExpressServer(): Promise<ExpressServer> {
  const metrics = createMetrics();
  const app = createExpressApp({
    handlers,
    authenticator,
    log: silentLog,
    metrics: createHttpMetrics(metrics),
    staticDirectory: undefined,
  });
  const http = createHttpServer({ hotRoutes: [], upgrades: new Map(), app, log: silentLog });
  const { port } = await http.listen(0, '127.0.0.1');
  return {
    port,
    metrics,
    received: () => received,
    get: (path, headers = { 'X-API-Key': 'read' }, method = 'GET') => ask(port, path, { headers, method }),
    post: (path, body, headers = {}) =>
      ask(port, path, {
        method: 'POST',
        headers: { 'X-API-Key': 'operate', 'Content-Type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body }),
      }),
    raw: (bytes) => sendBytes(port, bytes),
    async close() {
      http.server.closeAllConnections();
      await http.close();
    },
  };
}

/** Keys that are named after the one scope that they have. */
const authenticator: Authenticator = {
  authenticate: (key) =>
    ['read', 'ingest', 'operate'].includes(key) ? { actor: key, scopes: new Set([key as Scope]) } : undefined,
};
const EMPTY_STATS = {
  total_projects: 0,
  total_tasks: 0,
  active_tasks: 0,
  completed_tasks: 0,
  failed_tasks: 0,
};

let received: unknown;

const handlers: RouteHandlers = {
  livez: async () => ({ body: { status: 'ok' } }),
  listTasks: async ({ query }) => {
    received = query;
    return { headers: { 'X-Position': '7' }, json: '[1.0]' };
  },
  getProjectTask: async ({ params }) => {
    received = params;
    return { json: '{}' };
  },
  getStats: async () => ({ status: 203, body: { ...EMPTY_STATS, average_duration: null } }),
  metrics: async () => ({ text: 'att_x 1\n', contentType: 'text/plain; version=0.0.4; charset=utf-8' }),
  getEvent: async () => {
    throw new Error('secret');
  },
  getProject: async ({ query: { as_of } }) => ({
    headers: { 'X-Position': '9' },
    etag: as_of === undefined ? { generation: 1, position: 9 } : 'W/"whole"',
    json: '{"name":"x"}',
  }),
  rebuildProjection: async ({ body, principal }) => {
    received = { body, actor: principal?.actor };
    return { json: '{"id":2}' };
  },
};

async function ask(port: number, path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

function sendBytes(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('close', () => resolve(text));
  });
}
