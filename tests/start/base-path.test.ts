/** The product under a path of its own, behind a proxy that strips it and one that hands it on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Att, AttProcesses } from '../support/att.js';
import { DataDirectory } from '../support/data-directory.js';
import { createPathProxy, type PathProxy } from '../support/path-proxy.js';
import { API_KEY, get, post, read, report } from '../support/rest.js';

const BASE = '/att';

const processes = new AttProcesses();
let directory: DataDirectory;
let server: Att;
let proxy: PathProxy;

beforeAll(async () => {
  directory = await DataDirectory.create();
  server = await processes.start(['start'], {
    DATA_DIR: directory.path,
    BASE_PATH: `${BASE}/`,
    METRICS_ACCESS: 'key',
    DOCS_ACCESS: 'key',
  });
  await server.ready();
});
afterAll(async () => {
  await processes.endAll();
  await directory.remove();
});

it('prints the address with the path', async () => {
  await expect.poll(() => server.stdout()).toContain(`URL       ${server.url}${BASE}\n`);
});

describe.each([
  ['strips the path', true],
  ['hands the path on', false],
])('behind a proxy that %s', (_what, strips) => {
  beforeAll(async () => {
    proxy = await createPathProxy(server.port, BASE, strips);
  });
  afterAll(() => proxy.close());

  const fetched = async (address: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(address, { headers });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const withKey = { 'X-API-Key': API_KEY };

  it('the page and all that it names are there', async () => {
    for (const path of ['/', '/tasks', '/projects/a%2Fb/tasks/c']) {
      const { status, text } = await fetched(proxy.url + path, { Accept: 'text/html' });
      expect(status).toBe(200);
      const base = new URL(/<base href="([^"]*)"/.exec(text)?.[1] ?? '', proxy.url);
      expect(base.href).toBe(`${proxy.url}/`);
      const named = [...text.matchAll(/(?:src|href)="([^"]*\.(?:js|css|svg))"/g)].map(
        ([, name = '']) => name,
      );
      expect(named.length).toBeGreaterThan(2);
      for (const name of named) expect((await fetched(new URL(name, base).href)).status).toBe(200);
    }
  });

  it('webhooks come in, reads page through, and links hold', async () => {
    for (const task_id of ['1', '2', '3']) {
      expect((await post(proxy.url, '/webhook/start', report({ task_id }))).status).toBe(202);
    }
    const head = (await get<object[]>(proxy.url, '/api/events?limit=1')).headers.get('x-position');
    await read(proxy.url, `/api/tasks?limit=1&min_position=${head}`);
    let address = `${proxy.url}/api/tasks?limit=1&sort=created`;
    const seen: string[] = [];
    while (seen.length < 10) {
      const { status, headers, text } = await fetched(address, withKey);
      expect(status).toBe(200);
      seen.push(...(JSON.parse(text) as { task_id: string }[]).map(({ task_id }) => task_id));
      const next = /<([^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
      if (next === undefined) break;
      expect(next.startsWith(`${BASE}/api/tasks?`)).toBe(true);
      address = new URL(next, address).href;
    }
    expect(seen).toEqual(['1', '2', '3']);
  });

  it('the WebSocket opens', async () => {
    const socket = new WebSocket(`${proxy.url.replace('http', 'ws')}/webhook/ws?api_key=${API_KEY}`, {
      origin: new URL(proxy.url).origin,
    });
    const first = await new Promise<string>((resolve, reject) => {
      socket.on('message', (data) => resolve(String(data)));
      socket.on('error', reject);
    });
    expect(JSON.parse(first)).toMatchObject({ type: 'connection' });
    socket.close();
  });

  it('the documents are there for who has the key, and all that they load', async () => {
    for (const path of ['/docs', '/redoc', '/openapi.json', '/asyncapi.json', '/metrics']) {
      expect([path, (await fetched(proxy.url + path)).status]).toEqual([path, 401]);
      expect([path, (await fetched(`${proxy.url}${path}?api_key=${API_KEY}`)).status]).toEqual([path, 200]);
    }
    for (const path of ['/docs', '/redoc']) {
      const { text, headers } = await fetched(proxy.url + path, withKey);
      const named = [...text.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, name = '']) => name);
      expect(named.length).toBeGreaterThan(0);
      for (const name of named) {
        expect((await fetched(new URL(name, proxy.url).href)).status).toBe(200);
      }
      expect(text).toContain(`'${BASE}/openapi.json' + location.search`);
      for (const directive of [
        "base-uri 'self'",
        "form-action 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
      ]) {
        expect(headers.get('content-security-policy')).toContain(directive);
      }
    }
    const openApi = JSON.parse((await fetched(`${proxy.url}/openapi.json`, withKey)).text);
    expect(openApi.servers).toEqual([{ url: BASE }]);
    const asyncApi = JSON.parse((await fetched(`${proxy.url}/asyncapi.json`, withKey)).text);
    expect(asyncApi.servers.here.pathname).toBe(BASE);
  });

  it('commands reach it', async () => {
    const listed = await processes.run(['projections', 'list'], { ATT_URL: proxy.url });
    expect([listed.code, listed.stdout]).toEqual([0, expect.stringContaining('tasks')]);
    const exported = await processes.run(['events', 'export', '--url', `${proxy.url}/`]);
    expect(exported.stdout.trim().split('\n').length).toBeGreaterThanOrEqual(3);
  });
});
