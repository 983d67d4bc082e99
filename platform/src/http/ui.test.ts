import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../metrics/index.js';
import { silentLog } from '../testing/silent-log.js';
import { createExpressApp, createHttpMetrics, createHttpServer, type HttpServer } from './index.js';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
const page = (base: string) => `<!doctype html><base href="${base}" />`;
const PAGE = page('/');

let root: string;
let http: HttpServer;
let port: number;
/** The same under a path. */
let below: HttpServer;
let portBelow: number;

function serverUnder(basePath: string, staticDirectory: string): HttpServer {
  const app = createExpressApp({
    handlers: {},
    authenticator: { authenticate: () => undefined },
    log: silentLog,
    metrics: createHttpMetrics(createMetrics()),
    staticDirectory,
    basePath,
  });
  return createHttpServer({ hotRoutes: [], upgrades: new Map(), app, log: silentLog, reach: { basePath } });
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'att-test-'));
  // People do unpack things below a dot directory.
  const staticDirectory = join(root, '.local', 'dist');
  await mkdir(join(staticDirectory, 'assets'), { recursive: true });
  await writeFile(join(staticDirectory, 'index.html'), PAGE);
  await writeFile(join(staticDirectory, 'assets', 'app-1.js'), '1');
  http = serverUnder('', staticDirectory);
  ({ port } = await http.listen(0, '127.0.0.1'));
  below = serverUnder('/att', staticDirectory);
  ({ port: portBelow } = await below.listen(0, '127.0.0.1'));
});
afterAll(async () => {
  await Promise.all([http.close(), below.close()]);
  await rm(root, { recursive: true, force: true });
});

/** Not by fetch, which adds an Accept of its own. */
function get(
  path: string,
  accept?: string,
  from = port,
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = accept === undefined ? {} : { accept };
    request({ port: from, host: '127.0.0.1', path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    })
      .on('error', reject)
      .end();
  });
}

describe('a path of the UI', () => {
  it.each([
    '/',
    '/projects/my-project',
    '/projects/a%2Fb/tasks/v1.2.json',
    '/projects/.hidden/tasks/%F0%9F%9A%80',
  ])('%s is the page to a browser', async (path) => {
    expect(await get(path, BROWSER)).toEqual({ status: 200, text: PAGE });
  });

  it.each(['/docs', '/openapi.json', '/healthz', '/projects/a'])(
    '%s is nothing to a program, which asks for anything',
    async (path) => {
      for (const accept of ['*/*', 'application/json, */*', undefined]) {
        const { status, text } = await get(path, accept);
        expect([status, JSON.parse(text).code]).toEqual([404, 'not_found']);
      }
    },
  );

  it('is never the page below the API, or where a file is missing', async () => {
    for (const path of ['/api/nothing', '/webhook/nothing', '/assets/app-0.js']) {
      expect((await get(path, BROWSER)).status).toBe(404);
    }
    expect(await get('/assets/app-1.js')).toEqual({ status: 200, text: '1' });
  });
});

describe('under a base path', () => {
  it.each(['/att', '/att/', '/att/?x', '/att/projects/my-project', '/', '/projects/my-project'])(
    '%s is the page, which names the path, whether a proxy strips it or not',
    async (path) => {
      expect(await get(path, BROWSER, portBelow)).toEqual({ status: 200, text: page('/att/') });
    },
  );

  it.each(['/att/assets/app-1.js', '/assets/app-1.js'])('%s is its file', async (path) => {
    expect(await get(path, undefined, portBelow)).toEqual({ status: 200, text: '1' });
  });

  it('another path that begins alike is not under it', async () => {
    expect((await get('/attic/assets/app-1.js', BROWSER, portBelow)).text).toBe(page('/att/'));
    expect((await get('/attic/assets/app-1.js', undefined, portBelow)).status).toBe(404);
  });
});
