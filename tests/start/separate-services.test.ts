/** The four services as processes of their own, behind a router that knows the README's table and nothing else. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, createServer, request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type Problem, ROUTES, SERVICES, type ServiceName, SOCKET_PATH } from '@att/contracts';
import { createTestDatabase, type TestDatabase, timed } from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type Att, AttProcesses } from '../support/att.js';
import { API_KEY, get, post, read, report } from '../support/rest.js';

type Rule = [prefix: string, service: string];

const processes = new AttProcesses();
const services = {} as Record<ServiceName, Att>;
let database: TestDatabase;
let rules: Rule[];
let router: Server;
let url: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const env = { DATABASE_URL: database.connectionString };
  await Promise.all(
    SERVICES.map(async (name) => {
      services[name] = await processes.start([name], env);
      await services[name].ready();
    }),
  );
  rules = await rulesOfReadme();
  router = await startRouter();
  url = `http://127.0.0.1:${(router.address() as AddressInfo).port}`;
});
afterAll(async () => {
  router.closeAllConnections();
  router.close();
  await processes.endAll();
  await database.drop();
});

async function rulesOfReadme(): Promise<Rule[]> {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const section = /\n### Services as processes\n([\s\S]*?)\n##/.exec(readme)?.[1] ?? '';
  return [...section.matchAll(/^\| `(\/[^`]*)` \| (\w+) \|/gm)].map(([, prefix, service]) => [
    prefix as string,
    service as string,
  ]);
}

/** Service that a path is sent to; paths of `each` process go to query. */
function serviceOf(path: string): Att {
  const [, service] = rules.find(([prefix]) => path.startsWith(prefix)) ?? [];
  return services[(service === 'each' ? 'query' : service) as ServiceName];
}

async function startRouter(): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const { port } = serviceOf(incoming.url ?? '/');
    const { method, url: path, headers } = incoming;
    const onwards = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onwards);
  });
  server.on('upgrade', (incoming, socket) => {
    const upstream = connect(serviceOf(incoming.url ?? '/').port, '127.0.0.1');
    const head = [`GET ${incoming.url} HTTP/1.1`];
    for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
      head.push(`${incoming.rawHeaders[i]}: ${incoming.rawHeaders[i + 1]}`);
    }
    upstream.write(`${head.join('\r\n')}\r\n\r\n`);
    upstream.pipe(socket).pipe(upstream);
    for (const one of [upstream, socket]) one.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('through a router with the rules of the README', () => {
  it('the page comes, with its files', async () => {
    const page = await fetch(`${url}/`, { headers: { accept: 'text/html' } });
    const html = await page.text();
    expect([page.status, html]).toEqual([200, expect.stringContaining('<title>')]);
    const asset = /(?:src|href)="\.?(\/?assets\/[^"]+)"/.exec(html)?.[1] as string;
    expect((await fetch(new URL(asset, `${url}/`))).status).toBe(200);
    const deep = await fetch(`${url}/projects/tests`, { headers: { accept: 'text/html' } });
    expect(deep.status).toBe(200);
  });

  it('what the page asks for is answered, and a report arrives over the socket', async () => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}${SOCKET_PATH}?api_key=${API_KEY}`);
    await once(socket, 'message');
    const framed = once(socket, 'message');
    const { status, body } = await post(url, '/webhook/start', report());
    expect(status).toBe(202);
    expect(JSON.parse(String((await framed)[0]))).toMatchObject({
      type: 'task_started',
      position: body.position,
    });
    await read(url, `/api/projects/tests/tasks/task-1?min_position=${body.position}`);
    for (const path of ['/api/stats', '/api/projections', '/api/dead-letters', '/docs', '/openapi.json']) {
      const { status } = await fetch(url + path, { headers: { 'X-API-Key': API_KEY } });
      expect([path, status]).toEqual([path, 200]);
    }
    await expect
      .poll(async () => (await get(url, '/api/websocket/stats')).body)
      .toMatchObject({ total_connections: 1 });
    socket.terminate();
  });

  it('commands work', async () => {
    const { code, stdout } = await processes.run(['projections', 'list', '--url', url]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^PROJECTION /)]);
  });
});

describe('a service that is asked for what another one answers', () => {
  const routes = Object.values(ROUTES).map(({ method, path }) => ({
    method,
    path: path.replace(/\{\w+\}/g, '1'),
  }));

  it.each(SERVICES)('%s says which, for every route of the table', async (name) => {
    for (const { method, path } of routes) {
      const [, service] = rules.find(([prefix]) => path.startsWith(prefix)) as Rule;
      const isHere = service === name || service === 'each' || /^\/(docs|redoc|\w+\.json)$/.test(path);
      const answer = await fetch(services[name].url + path, { method });
      expect([path, answer.status === 421]).toEqual([path, !isHere]);
      if (isHere) continue;
      const problem = (await answer.json()) as Problem;
      expect(problem.code).toBe('wrong_service');
      expect(problem.detail).toContain(`is answered by ${service}, and this is ${name}: route `);
    }
  });

  it('says so for the page and the socket, too', async () => {
    const page = await fetch(`${services.ingest.url}/`, { headers: { accept: 'text/html' } });
    expect([page.status, ((await page.json()) as Problem).detail]).toEqual([
      421,
      expect.stringContaining('query'),
    ]);
    const socket = new WebSocket(
      `${services.ingest.url.replace('http', 'ws')}${SOCKET_PATH}?api_key=${API_KEY}`,
    );
    const [error] = await once(socket, 'error');
    expect(String(error)).toContain('421');
  });
});

describe('SIGTERM', () => {
  it('ends each idle service in half a second, whatever clients keep open', async () => {
    const agent = new Agent({ keepAlive: true });
    const socket = new WebSocket(
      `${services.realtime.url.replace('http', 'ws')}${SOCKET_PATH}?api_key=${API_KEY}`,
    );
    await once(socket, 'message');
    for (const name of SERVICES) {
      // Browsers open such connections in advance, and never use them.
      const unused = connect(services[name].port, '127.0.0.1').on('error', () => {});
      await once(unused, 'connect');
      const kept = httpRequest(`${services[name].url}/livez`, { agent }).end();
      (await once(kept, 'response'))[0].resume();
      const { result, took } = await timed(services[name].end('SIGTERM'));
      expect([name, result]).toEqual([name, { code: 0, signal: null }]);
      expect([name, took]).toEqual([name, expect.toSatisfy((ms: number) => ms < 500)]);
    }
    socket.terminate();
    agent.destroy();
  });
});
