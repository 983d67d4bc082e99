import { PROBLEMS, type Scope } from '@att/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Authenticator } from '../auth/index.js';
import { createMetrics, Registry } from '../metrics/index.js';
import { createRateLimits } from '../rate-limit/index.js';
import { createMemorySharedState } from '../shared-state/index.js';
import { silentLog } from '../testing/silent-log.js';
import { createExpressApp, createHttpMetrics, createHttpServer, type HttpServer } from './index.js';

/** Keys named after the one that they are; each may do all. */
const authenticator: Authenticator = {
  authenticate: (key) => ({ actor: key, scopes: new Set<Scope>(['read', 'operate']) }),
};

let http: HttpServer;
let port: number;
const limitMetrics = new Registry();

beforeAll(async () => {
  const app = createExpressApp({
    handlers: {
      listTasks: async () => ({ json: '[]' }),
      rebuildProjection: async () => ({ json: '{}' }),
      livez: async () => ({ body: { status: 'ok' } }),
      metrics: async () => ({ text: 'att_x 1\n', contentType: 'text/plain' }),
    },
    authenticator,
    log: silentLog,
    metrics: createHttpMetrics(createMetrics()),
    staticDirectory: undefined,
    keyedRoutes: new Set(['metrics']),
    rateLimits: createRateLimits({
      limits: { webhooks: undefined, reads: 2 },
      sharedState: createMemorySharedState(),
      metrics: limitMetrics,
      log: silentLog,
    }),
  });
  const corsOrigins = ['https://board.example'];
  http = createHttpServer({
    hotRoutes: [],
    upgrades: new Map(),
    app,
    log: silentLog,
    reach: { basePath: '', allowedHosts: undefined, corsOrigins },
  });
  ({ port } = await http.listen(0, '127.0.0.1'));
});
afterAll(async () => {
  http.server.closeAllConnections();
  await http.close();
});

const ask = (path: string, key: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { 'X-API-Key': key, ...init.headers } });

it('reads count against the limit of their key, refused ones too late for it alone', async () => {
  const first = await ask('/api/tasks', 'a');
  expect([first.status, first.headers.get('ratelimit-policy'), first.headers.get('ratelimit')]).toEqual([
    200,
    '"reads";q=2;w=60',
    '"reads";r=1;t=60',
  ]);
  // Wrong parameters count: whoever guesses is held to the limit.
  expect((await ask('/api/tasks?limit=x', 'a', { method: 'HEAD' })).status).toBe(422);
  const late = await ask('/api/tasks', 'a');
  expect(late.status).toBe(429);
  expect(late.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(await late.json()).toMatchObject({
    code: 'rate_limited',
    ...PROBLEMS.rate_limited,
    detail: expect.stringMatching(/^This key may make 2 reads a minute\. Send it again in \d+ s\.$/),
  });
  expect(late.headers.get('retry-after')).toMatch(/^(60|5\d)$/);
  expect(late.headers.get('ratelimit')).toMatch(/^"reads";r=0;t=(60|5\d)$/);
  expect((await ask('/api/tasks', 'b')).status).toBe(200);
  expect(await limitMetrics.metrics()).toContain('att_rate_limit_refusals_total{limit="reads"} 1');
});

it('commands, health and metrics never do', async () => {
  for (let i = 0; i < 4; i++) {
    const headers = { 'Content-Type': 'application/json' };
    const command = { method: 'POST', body: '{}', headers };
    const answers = [
      await ask('/api/projections/tasks/rebuild', 'c', command),
      await ask('/livez', 'c'),
      await ask('/metrics', 'c'),
    ];
    for (const { status, headers } of answers) {
      expect(status).toBeLessThan(300);
      expect(headers.get('ratelimit')).toBeNull();
    }
  }
});

it('pages of other origins may read the headers', async () => {
  const answer = await ask('/api/tasks', 'd', { headers: { Origin: 'https://board.example' } });
  const exposed = answer.headers.get('access-control-expose-headers')?.split(', ');
  expect(exposed).toEqual(expect.arrayContaining(['RateLimit', 'RateLimit-Policy', 'Retry-After']));
});
