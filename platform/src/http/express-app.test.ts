import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../testing/silent-log.js';
import { createHttpServer, PortTakenError } from './index.js';
import { createExpressServer, type ExpressServer } from './testing/express-server.js';

let server: ExpressServer;
beforeAll(async () => {
  server = await createExpressServer();
});
afterAll(() => server.close());

describe('a route', () => {
  it('answers JSON that keeps its text, with its own headers and those of every answer', async () => {
    const answer = await server.get('/api/tasks');
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
    await server.get('/api/tasks?status=a,b&offset=3');
    expect(server.received()).toEqual({ limit: 50, offset: 3, status: ['a', 'b'], sort: '-created' });
    await server.get('/api/projects/a%2Fb%20%F0%9F%9A%80/tasks/__proto__');
    expect(server.received()).toEqual({ name: 'a/b 🚀', task_id: '__proto__' });
  });

  it('may set its status, and answer text', async () => {
    expect((await server.get('/api/stats')).status).toBe(203);
    const text = await server.get('/metrics', {});
    expect(text.text).toBe('att_x 1\n');
    expect(text.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('names every parameter that is wrong', async () => {
    const { status, text } = await server.get('/api/tasks?limit=0&colour=red&offset=x');
    expect(status).toBe(422);
    const pointers = (JSON.parse(text).errors as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers.sort()).toEqual(['colour', 'limit', 'offset']);
  });

  it.each(['limit=1&limit=1', '__proto__=1&__proto__=2', 'limit=1&%6cimit=2'])(
    'refuses %s given twice',
    async (search) => {
      const { status, text } = await server.get(`/api/tasks?${search}`);
      expect([status, text]).toEqual([422, expect.stringContaining('given twice')]);
    },
  );

  it('that takes no parameters lets any pass', async () => {
    expect((await server.get('/livez?a=1&a=2')).status).toBe(200);
  });

  it.each(['__proto__=1', 'constructor=1', 'toString=1', 'limit[]=1', 'limit[a]=1'])(
    'knows no parameter %s',
    async (search) => {
      const { status, text } = await server.get(`/api/tasks?${search}`);
      expect([status, JSON.parse(text).code]).toEqual([422, 'invalid_parameter']);
    },
  );

  it('that fails unexpectedly says nothing of why', async () => {
    const { status, text, headers } = await server.get('/api/events/1');
    expect([status, JSON.parse(text).code]).toEqual([500, 'internal_error']);
    expect(text).not.toContain('secret');
    expect(JSON.parse(text).request_id).toBe(headers.get('x-request-id'));
  });

  it('is measured by its place in the table, never by the path asked for', async () => {
    const text = await server.metrics.metrics();
    expect(text).toContain('route="/api/projects/{name}/tasks/{task_id}"');
    expect(text).not.toContain('__proto__');
  });
});

describe('a key', () => {
  it('is needed, and must have the scope', async () => {
    expect((await server.get('/livez', {})).status).toBe(200);
    expect((await server.get('/api/tasks', {})).status).toBe(401);
    expect((await server.get('/api/tasks', { 'X-API-Key': 'nobody' })).status).toBe(401);
    expect((await server.get('/api/tasks', { 'X-API-Key': 'ingest' })).status).toBe(403);
    expect((await server.get('/api/tasks', { Authorization: 'Bearer read' })).status).toBe(200);
    expect((await server.get('/api/tasks?api_key=read', {})).status).toBe(200);
  });

  it('is asked for before parameters are looked at', async () => {
    expect((await server.get('/api/tasks?limit=0', {})).status).toBe(401);
  });
});

describe('other requests', () => {
  it('with another method are 405 with Allow', async () => {
    const answer = await server.get('/api/tasks', { 'X-API-Key': 'read' }, 'POST');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('for nothing are 404, also where a route has no handler', async () => {
    for (const path of ['/nothing', '/api', '/api/projects', '/'])
      expect((await server.get(path)).status).toBe(404);
  });

  it("keep the caller's request id when it is short and plain", async () => {
    const sent = await server.get('/livez', { 'X-Request-Id': 'trace-1.a:b' });
    expect(sent.headers.get('x-request-id')).toBe('trace-1.a:b');
    const long = await server.get('/livez', { 'X-Request-Id': 'x'.repeat(101) });
    expect(long.headers.get('x-request-id')).not.toContain('x'.repeat(101));
  });

  it('that are no HTTP are 400 and closed', async () => {
    expect(await server.raw('BROKEN\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"malformed_request"/);
  });

  it('with a head that is too large are 431, with a problem document', async () => {
    const headers = Array.from({ length: 40 }, (_, n) => `X-${n}: ${'x'.repeat(500)}\r\n`).join('');
    expect(await server.raw(`GET /livez HTTP/1.1\r\nHost: x\r\n${headers}\r\n`)).toMatch(
      /^HTTP\/1\.1 431 [\s\S]*16 KiB/,
    );
  });

  it('for a socket where none is opened are 404', async () => {
    const upgrade = 'GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    expect(await server.raw(upgrade)).toMatch(/^HTTP\/1\.1 404 /);
  });
});

it('a port that is taken is an error that says so', async () => {
  const other = createHttpServer({ hotRoutes: [], upgrades: new Map(), app: () => {}, log: silentLog });
  await expect(other.listen(server.port, '127.0.0.1')).rejects.toThrow(PortTakenError);
});
