import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExpressApp, createHttpMetrics, createHttpServer, type HttpServer } from '../http/index.js';
import { createMetrics } from '../metrics/index.js';
import { silentLog } from '../testing/silent-log.js';
import { asyncApiDocument, createApiDocs } from './index.js';

let http: HttpServer;
let port: number;

beforeAll(async () => {
  const { handlers, files } = createApiDocs('1.2.3');
  const app = createExpressApp({
    handlers,
    files,
    authenticator: { authenticate: () => undefined },
    log: silentLog,
    metrics: createHttpMetrics(createMetrics()),
    staticDirectory: undefined,
  });
  http = createHttpServer({ hotRoutes: [], upgrades: new Map(), app, log: silentLog });
  ({ port } = await http.listen(0, '127.0.0.1'));
});
afterAll(() => http.close());

async function get(path: string) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

it('/openapi.json is the document, without a key', async () => {
  const { status, headers, text } = await get('/openapi.json');
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  const document = JSON.parse(text);
  expect(document.info.version).toBe('1.2.3');
  expect((await new Validator().validate(document)).valid).toBe(true);
});

it('/asyncapi.json is the document of the socket, without a key', async () => {
  const { status, headers, text } = await get('/asyncapi.json');
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(asyncApiDocument('1.2.3'))));
});

describe.each(['/docs', '/redoc'])('%s', (path) => {
  const loadedBy = (html: string) =>
    [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url as string);

  it('is a page that loads nothing from anywhere else', async () => {
    const { status, headers, text } = await get(path);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const loaded = loadedBy(text);
    expect(loaded.length).toBeGreaterThan(1);
    for (const url of loaded) expect(url).toMatch(/^(\/[^/]|data:,$)/);
    expect(text).not.toMatch(/https?:/);
  });

  it('allows its own script and no other', async () => {
    const { headers } = await get(path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'self' 'sha256-[\w+/]{43}='/);
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
  });

  it('finds its files here, of a version that is kept for good', async () => {
    const { text } = await get(path);
    for (const url of loadedBy(text).filter((url) => url.startsWith('/'))) {
      const file = await get(url);
      expect(file.status, url).toBe(200);
      expect(file.text.length).toBeGreaterThan(100_000);
      expect(file.headers.get('content-type')).toMatch(/^text\/(css|javascript); charset=utf-8$/);
      expect(file.headers.get('cache-control')).toContain('immutable');
      expect(file.text).not.toMatch(/cdn\.|fonts\.g(oogleapis|static)|unpkg/);
    }
  });
});
