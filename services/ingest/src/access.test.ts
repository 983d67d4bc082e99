import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start } from './testing/bodies.js';
import { accepted, refused } from './testing/client.js';
import { API_KEY, createIngestServer, type IngestServer } from './testing/ingest-server.js';

let server: IngestServer;
beforeAll(async () => {
  server = await createIngestServer();
});
afterAll(() => server.close());

const withoutKey = (headers: Record<string, string>, path = '/webhook/start') =>
  server.post(path, start(), { key: undefined, headers });

describe('a key', () => {
  it.each([
    ['X-API-Key', { 'X-API-Key': API_KEY }],
    ['Authorization', { Authorization: `Bearer ${API_KEY}` }],
    ['Authorization in another case', { Authorization: `bearer ${API_KEY}` }],
  ])('is taken from %s', async (_header, headers) => {
    accepted(await withoutKey(headers));
  });

  it('is taken from the query, also percent-encoded and beside others', async () => {
    accepted(await withoutKey({}, `/webhook/start?api_key=${API_KEY}`));
    accepted(await withoutKey({}, `/webhook/start?x=1&api_key=${API_KEY.replace('-', '%2D')}`));
  });

  it.each<[string, Record<string, string>]>([
    ['none', {}],
    ['an empty one', { 'X-API-Key': '' }],
    ['a wrong one', { 'X-API-Key': 'wrong' }],
    ['one in another case', { 'X-API-Key': API_KEY.toUpperCase() }],
    ['a wrong bearer', { Authorization: 'Bearer wrong' }],
    ['the right one by another scheme', { Authorization: `Basic ${API_KEY}` }],
    ['an empty bearer', { Authorization: 'Bearer ' }],
    ['one of 8,000 characters', { 'X-API-Key': 'k'.repeat(8_000) }],
  ])('that is %s is refused, and nothing is stored', async (_what, headers) => {
    const before = await server.events();
    const answer = await withoutKey(headers);
    refused(answer, 'unauthorized');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer\b/);
    expect(await server.events()).toHaveLength(before.length);
  });

  it('is asked for before a body is judged, on each of the webhooks', async () => {
    for (const path of ['start', 'status', 'finish', 'error', 'batch'])
      refused(await server.post(`/webhook/${path}`, '{broken', { key: undefined }), 'unauthorized');
  });

  it('is asked for also when the body is too large to be read', async () => {
    const answer = await server.post('/webhook/start', 'x'.repeat(3 * 1024 * 1024), { key: undefined });
    expect([401, 413]).toContain(answer.status);
  });

  it('is in no answer and in no event', async () => {
    const answer = await server.post('/webhook/start', {}, { key: `${API_KEY}x` });
    expect(answer.text).not.toContain(API_KEY);
    const { position } = accepted(await withoutKey({}, `/webhook/start?api_key=${API_KEY}`));
    expect(JSON.stringify(await server.event(position))).not.toContain(API_KEY);
  });
});

describe('what is not there', () => {
  it.each([
    '/webhook/begin',
    '/webhook/',
    '/webhook',
    '/webhook/start//',
    '/webhook/start/x',
    '/webhook/Start',
    '/webhook/__proto__',
    '/webhook/constructor',
    '/webhook/toString',
    '/webhook//start',
    '/webhook/%73tart',
    '/webhook/start%00',
    '/webhook/%',
  ])('%s is a 404', async (path) => {
    refused(await server.post(path, start()), 'not_found');
  });
});

describe('another method', () => {
  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    '%s is a 405 that allows POST',
    async (method) => {
      const answer = await server.post('/webhook/start', start(), { method });
      expect(answer.headers.get('allow')).toBe('POST');
      if (method === 'HEAD') expect([answer.status, answer.text]).toEqual([405, '']);
      else refused(answer, 'method_not_allowed');
    },
  );
});

describe('the content type', () => {
  const typed = (type: string, path = '/webhook/start') =>
    server.post(path, start(), { headers: { 'Content-Type': type } });

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
    'Application/JSON',
    'application/json ; charset=utf-8',
  ])('may be %s', async (type) => {
    accepted(await typed(type));
  });

  it.each([
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/json; charset=iso-8859-1',
    'application/json; charset=utf-16',
    'application/x-ndjson',
    'garbage',
  ])('may not be %s', async (type) => {
    refused(await typed(type), 'unsupported_media_type');
  });

  it('must be there', async () => {
    const response = await fetch(`http://127.0.0.1:${server.port}/webhook/start`, {
      method: 'POST',
      headers: { 'X-API-Key': API_KEY },
      body: new Uint8Array(Buffer.from(JSON.stringify(start()))),
    });
    refused(
      { status: response.status, headers: response.headers, text: await response.text() },
      'unsupported_media_type',
    );
  });

  it.each(['br', 'deflate', 'zstd', 'gzip, gzip', 'gzip, br', ''])(
    'may not be %s-encoded',
    async (encoding) => {
      const answer = await server.post('/webhook/start', start(), {
        headers: { 'Content-Encoding': encoding },
      });
      refused(answer, 'unsupported_media_type');
    },
  );

  it('may be encoded as identity', async () => {
    accepted(await server.post('/webhook/start', start(), { headers: { 'Content-Encoding': 'identity' } }));
  });
});
