import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExpressServer, type ExpressServer } from './testing/express-server.js';

let server: ExpressServer;
beforeAll(async () => {
  server = await createExpressServer();
});
afterAll(() => server.close());

describe('an answer with an entity tag', () => {
  const ask = (headers: Record<string, string> = {}, method = 'GET', search = '') =>
    server.get(`/api/projects/x${search}`, { 'X-API-Key': 'read', ...headers }, method);

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
    const answer = await server.get('/api/tasks', { 'X-API-Key': 'read', 'If-None-Match': '*' });
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
