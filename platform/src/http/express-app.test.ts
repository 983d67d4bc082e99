import { connect } from 'node:net';
import { PROBLEMS, type ProblemCode, type Scope } from '@att/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Authenticator } from '../auth/index.js';
import { createMetrics } from '../metrics/index.js';
import { silentLog } from '../testing/silent-log.js';
import {
  createExpressApp,
  createHttpMetrics,
  createHttpServer,
  type HttpServer,
  PortTakenError,
  type RouteHandlers,
} from './index.js';

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

let http: HttpServer;
let port: number;
const metrics = createMetrics();

beforeAll(async () => {
  const app = createExpressApp({
    handlers,
    authenticator,
    log: silentLog,
    metrics: createHttpMetrics(metrics),
    staticDirectory: undefined,
  });
  http = createHttpServer({ hotRoutes: [], upgrades: new Map(), app, log: silentLog });
  ({ port } = await http.listen(0, '127.0.0.1'));
});
afterAll(async () => {
  http.server.closeAllConnections();
  await http.close();
});

async function get(path: string, headers: Record<string, string> = { 'X-API-Key': 'read' }, method = 'GET') {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers, method });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

/** Answers of the server to bytes that no HTTP library would send. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('close', () => resolve(text));
  });
}

describe('a route', () => {
  it('answers JSON that keeps its text, with its own headers and those of every answer', async () => {
    const answer = await get('/api/tasks');
    expect([answer.status, answer.text]).toEqual([200, '[1.0]']);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('x-position')).toBe('7');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]+$/);
    expect(answer.headers.has('x-powered-by')).toBe(false);
    expect(answer.headers.has('etag')).toBe(false);
  });

  it('gets its parameters parsed, defaults included', async () => {
    await get('/api/tasks?status=a,b&offset=3');
    expect(received).toEqual({ limit: 50, offset: 3, status: ['a', 'b'], sort: '-created' });
    await get('/api/projects/a%2Fb%20%F0%9F%9A%80/tasks/__proto__');
    expect(received).toEqual({ name: 'a/b 🚀', task_id: '__proto__' });
  });

  it('may set its status, and answer text', async () => {
    expect((await get('/api/stats')).status).toBe(203);
    const text = await get('/metrics', {});
    expect(text.text).toBe('att_x 1\n');
    expect(text.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('names every parameter that is wrong', async () => {
    const { status, text } = await get('/api/tasks?limit=0&colour=red&offset=x');
    expect(status).toBe(422);
    const pointers = (JSON.parse(text).errors as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers.sort()).toEqual(['colour', 'limit', 'offset']);
  });

  it.each(['limit=1&limit=1', '__proto__=1&__proto__=2', 'limit=1&%6cimit=2'])(
    'refuses %s given twice',
    async (search) => {
      const { status, text } = await get(`/api/tasks?${search}`);
      expect([status, text]).toEqual([422, expect.stringContaining('given twice')]);
    },
  );

  it('that takes no parameters lets any pass', async () => {
    expect((await get('/livez?a=1&a=2')).status).toBe(200);
  });

  it.each(['__proto__=1', 'constructor=1', 'toString=1', 'limit[]=1', 'limit[a]=1'])(
    'knows no parameter %s',
    async (search) => {
      const { status, text } = await get(`/api/tasks?${search}`);
      expect([status, JSON.parse(text).code]).toEqual([422, 'invalid_parameter']);
    },
  );

  it('that fails unexpectedly says nothing of why', async () => {
    const { status, text, headers } = await get('/api/events/1');
    expect([status, JSON.parse(text).code]).toEqual([500, 'internal_error']);
    expect(text).not.toContain('secret');
    expect(JSON.parse(text).request_id).toBe(headers.get('x-request-id'));
  });

  it('is measured by its place in the table, never by the path asked for', async () => {
    const text = await metrics.metrics();
    expect(text).toContain('route="/api/projects/{name}/tasks/{task_id}"');
    expect(text).not.toContain('__proto__');
  });
});

describe('an answer with an entity tag', () => {
  const ask = (headers: Record<string, string> = {}, method = 'GET', search = '') =>
    get(`/api/projects/x${search}`, { 'X-API-Key': 'read', ...headers }, method);

  it('may be kept by its caller, who asks anew each time', async () => {
    const { headers } = await ask();
    expect(headers.get('etag')).toMatch(/^W\/"[\w-]{22}"$/);
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(headers.get('vary')).toBe('Authorization, X-API-Key');
    expect((await ask({}, 'GET', '?as_of=3')).headers.get('etag')).toBe('W/"whole"');
  });

  it.each(['GET', 'HEAD'])('is not sent again to who has it: %s', async (method) => {
    const etag = (await ask()).headers.get('etag') as string;
    for (const known of [etag, `"other", ${etag}`, '*']) {
      const again = await ask({ 'If-None-Match': known }, method);
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
      expect(again.headers.get('x-position')).toBe('9');
      expect(again.headers.has('content-type')).toBe(false);
    }
    expect((await ask({ 'If-None-Match': '"other"' }, method)).status).toBe(200);
  });

  it('is what 304 is for: an answer without one is always sent', async () => {
    const answer = await get('/api/tasks', { 'X-API-Key': 'read', 'If-None-Match': '*' });
    expect([answer.status, answer.text]).toEqual([200, '[1.0]']);
  });

  it('has the same headers without its body for HEAD', async () => {
    const [whole, head] = [await ask(), await ask({}, 'HEAD')];
    expect([head.status, head.text]).toEqual([200, '']);
    for (const name of ['etag', 'content-length', 'content-type', 'x-position']) {
      expect(head.headers.get(name), name).toBe(whole.headers.get(name));
    }
  });
});

describe('a body', () => {
  const rebuild = '/api/projections/tasks/rebuild';
  const post = async (
    body: string | Uint8Array<ArrayBuffer> | undefined,
    headers: Record<string, string> = {},
    path = rebuild,
  ) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'X-API-Key': 'operate', 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, problem: JSON.parse(await response.text()) };
  };

  it('reaches the handler checked', async () => {
    expect((await post('{"hold":true}')).status).toBe(202);
    expect(received).toEqual({ body: { hold: true }, actor: 'operate' });
  });

  it('may be left out', async () => {
    expect((await post(undefined)).status).toBe(202);
    expect(received).toEqual({ body: {}, actor: 'operate' });
  });

  it.each<[string, string | Uint8Array<ArrayBuffer>, string, string[] | undefined]>([
    ['broken', '{', 'malformed_json', undefined],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'malformed_utf8', undefined],
    ['no object', '[]', 'invalid_body', ['']],
    ['of another type', '{"hold":"yes"}', 'invalid_body', ['/hold']],
    ['with what is not known', '{"a/b":1,"hold":true}', 'invalid_body', ['/a~1b']],
    ['too large', `"${'x'.repeat(16 * 1024)}"`, 'body_too_large', undefined],
  ])('that is %s is refused', async (_, body, code, pointers) => {
    const { status, problem } = await post(body);
    expect([status, problem.code]).toEqual([PROBLEMS[code as ProblemCode].status, code]);
    expect(problem.errors?.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
  });

  it('of another media type is refused', async () => {
    expect((await post('hold=true', { 'Content-Type': 'text/plain' })).problem.code).toBe(
      'unsupported_media_type',
    );
  });

  it('is not read before the key is known', async () => {
    expect((await post('{', { 'X-API-Key': 'read' })).status).toBe(403);
    expect((await get(rebuild, { 'X-API-Key': 'operate' })).headers.get('allow')).toBe('POST');
  });

  it('does not excuse a wrong parameter', async () => {
    expect((await post('{}', {}, `${rebuild}?force=1`)).problem.code).toBe('invalid_parameter');
  });
});

describe('a key', () => {
  it('is needed, and must have the scope', async () => {
    expect((await get('/livez', {})).status).toBe(200);
    expect((await get('/api/tasks', {})).status).toBe(401);
    expect((await get('/api/tasks', { 'X-API-Key': 'nobody' })).status).toBe(401);
    expect((await get('/api/tasks', { 'X-API-Key': 'ingest' })).status).toBe(403);
    expect((await get('/api/tasks', { Authorization: 'Bearer read' })).status).toBe(200);
    expect((await get('/api/tasks?api_key=read', {})).status).toBe(200);
  });

  it('is asked for before parameters are looked at', async () => {
    expect((await get('/api/tasks?limit=0', {})).status).toBe(401);
  });
});

describe('other requests', () => {
  it('with another method are 405 with Allow', async () => {
    const answer = await get('/api/tasks', { 'X-API-Key': 'read' }, 'POST');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('for nothing are 404, also where a route has no handler', async () => {
    for (const path of ['/nothing', '/api', '/api/projects', '/']) expect((await get(path)).status).toBe(404);
  });

  it("keep the caller's request id when it is short and plain", async () => {
    const sent = await get('/livez', { 'X-Request-Id': 'trace-1.a:b' });
    expect(sent.headers.get('x-request-id')).toBe('trace-1.a:b');
    const long = await get('/livez', { 'X-Request-Id': 'x'.repeat(101) });
    expect(long.headers.get('x-request-id')).not.toContain('x'.repeat(101));
  });

  it('that are no HTTP are 400 and closed', async () => {
    expect(await raw('BROKEN\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"malformed_request"/);
  });

  it('with a head that is too large are 431, with a problem document', async () => {
    const headers = Array.from({ length: 40 }, (_, n) => `X-${n}: ${'x'.repeat(500)}\r\n`).join('');
    expect(await raw(`GET /livez HTTP/1.1\r\nHost: x\r\n${headers}\r\n`)).toMatch(
      /^HTTP\/1\.1 431 [\s\S]*16 KiB/,
    );
  });

  it('for a socket where none is opened are 404', async () => {
    const upgrade = 'GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    expect(await raw(upgrade)).toMatch(/^HTTP\/1\.1 404 /);
  });
});

it('a port that is taken is an error that says so', async () => {
  const other = createHttpServer({ hotRoutes: [], upgrades: new Map(), app: () => {}, log: silentLog });
  await expect(other.listen(port, '127.0.0.1')).rejects.toThrow(PortTakenError);
});
