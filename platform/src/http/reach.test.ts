/** Hosts that are answered and origins that may do something, alike on every path of a request. */
import { connect } from 'node:net';
import { problemSchema } from '@att/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { silentLog } from '../testing/index.js';
import { createHttpServer, type HttpServer, type Reach } from './index.js';

let http: HttpServer;
let port: number;

async function given(reach: Partial<Reach>): Promise<void> {
  const ws = new WebSocketServer({ noServer: true });
  http = createHttpServer({
    hotRoutes: [
      {
        prefix: '/webhook/',
        handle: (_request, response) => void response.writeHead(202).end('stored'),
        whole: new Map([
          [
            '/webhook/start',
            (_request, answer) =>
              answer({ status: 202, contentType: 'text/plain', requestId: 'r', json: 'stored' }),
          ],
        ]),
      },
    ],
    upgrades: new Map([
      ['/webhook/ws', (request, socket, head) => ws.handleUpgrade(request, socket, head, () => {})],
    ]),
    app: (request, response) => void response.end(`app ${request.url}`),
    log: silentLog,
    reach,
  });
  ({ port } = await http.listen(0, '127.0.0.1'));
}
afterEach(() => {
  http.server.closeAllConnections();
  return http.close();
});

interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Fields as they are, as fetch sets Host and Origin by itself. */
async function send(line: string, fields: Record<string, string>, body = ''): Promise<Answer> {
  const socket = connect({ port, host: '127.0.0.1' });
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = line.startsWith('POST') ? `Content-Length: ${body.length}\r\n` : '';
  socket.write(`${line} HTTP/1.1\r\n${lines.join('')}${length}\r\n${body}`);
  await expect.poll(() => text).toContain('\r\n\r\n');
  const come = () => text.length - text.indexOf('\r\n\r\n') - 4;
  const bytes = line.startsWith('HEAD') ? 0 : Number(/\r\nContent-Length: (\d+)/i.exec(text)?.[1] ?? 0);
  await expect.poll(come).toBeGreaterThanOrEqual(bytes);
  socket.destroy();
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [, status = ''] = head.split(' ');
  const headers = head
    .split('\r\n')
    .slice(1)
    .map((field) => field.split(/: (.*)/s, 2));
  return {
    status: Number(status),
    headers: Object.fromEntries(headers.map(([name = '', value = '']) => [name.toLowerCase(), value])),
    text: rest.join('\r\n\r\n'),
  };
}

function refused(answer: Answer, status: number, advice: string): void {
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(advice)]);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(problemSchema.strict().parse(JSON.parse(answer.text)).status).toBe(status);
}

const upgrade = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};
const PATHS: [string, (fields: Record<string, string>) => Promise<Answer>, number][] = [
  ['a read', (fields) => send('GET /metrics', fields), 200],
  ['a webhook in one piece', (fields) => send('POST /webhook/start', fields, '{}'), 202],
  ['another webhook', (fields) => send('POST /webhook/batch', fields, '[]'), 202],
  ['a WebSocket', (fields) => send('GET /webhook/ws', { ...fields, ...upgrade }), 101],
];

describe.each(PATHS)('the Host of %s', (_what, ask, well) => {
  it('is answered when it is this machine to itself, or listed', async () => {
    await given({ allowedHosts: ['att.example', '*.tracker.example', 'ported.example:8443'] });
    for (const host of [
      'localhost',
      'LOCALHOST:8000',
      'localhost.',
      'app.localhost:8000',
      '127.0.0.1',
      '127.1.2.3:80',
      '[::1]',
      '[::1]:8000',
      'att.example',
      'ATT.example:443',
      'a.tracker.example',
      'ported.example:8443',
    ]) {
      expect([host, (await ask({ Host: host })).status]).toEqual([host, well]);
    }
  });

  it('is refused with 421 when it is another', async () => {
    await given({ allowedHosts: ['att.example', '*.tracker.example', 'ported.example:8443'] });
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'evil-localhost',
      '128.0.0.1',
      '0.0.0.0',
      '[::2]',
      'att.example.evil',
      'evilatt.example',
      'tracker.example',
      'eviltracker.example',
      'ported.example',
    ]) {
      refused(await ask({ Host: host }), 421, 'ALLOWED_HOSTS');
    }
  });

  it('is not looked at where any is meant', async () => {
    await given({ allowedHosts: undefined });
    expect((await ask({ Host: 'any.example' })).status).toBe(well);
  });
});

const WRITES = PATHS.filter(([what]) => what !== 'a read');

describe.each(WRITES)('the origin of %s', (_what, ask, well) => {
  it('may be ours, or named', async () => {
    await given({ allowedHosts: ['att.example'], corsOrigins: ['https://board.example'] });
    for (const [Host, Origin] of [
      ['localhost:8000', 'http://localhost:8000'],
      ['127.0.0.1:80', 'http://127.0.0.1'],
      ['localhost', 'https://localhost'],
      // A proxy stands before these that does not hand the Host on.
      ['127.0.0.1:8000', 'https://att.example'],
      ['127.0.0.1:8000', 'https://board.example'],
    ] as const) {
      expect([Origin, (await ask({ Host, Origin })).status]).toEqual([Origin, well]);
    }
  });

  it('is refused with 403 when it is another', async () => {
    await given({
      allowedHosts: ['att.example', 'ported.example:8443'],
      corsOrigins: ['https://board.example'],
    });
    for (const Origin of [
      'http://att.example:9999',
      'https://ported.example',
      'http://evil.example',
      'http://localhost:3000',
      'null',
      'http://board.example',
      'https://board.example:8443',
      'https://board.example.evil',
      'file://',
    ]) {
      refused(await ask({ Host: 'localhost:8000', Origin }), 403, 'CORS_ORIGINS');
    }
  });
});

describe('CORS', () => {
  const Origin = 'https://board.example';
  const preflight = { Host: 'x', 'Access-Control-Request-Method': 'POST' };

  it.each([
    ['/api/tasks', 'GET'],
    ['/webhook/start', 'POST'],
  ])('lets a named origin ask what it may do at %s', async (path, method) => {
    await given({ corsOrigins: [Origin] });
    const { status, headers, text } = await send(`OPTIONS ${path}`, {
      Host: 'x',
      Origin,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': 'x-api-key,content-type,idempotency-key,if-none-match,authorization',
    });
    expect([status, text]).toEqual([204, '']);
    expect(headers).toMatchObject({
      'access-control-allow-origin': Origin,
      'access-control-allow-methods': expect.stringContaining(method),
      vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    });
    for (const name of ['X-API-Key', 'Authorization', 'Idempotency-Key', 'Content-Type', 'If-None-Match']) {
      expect(headers['access-control-allow-headers']).toContain(name);
    }
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('shows a named origin the answer and its headers', async () => {
    await given({ corsOrigins: [Origin] });
    for (const [, ask] of PATHS.slice(0, 3)) {
      const { headers } = await ask({ Host: 'x', Origin });
      expect(headers).toMatchObject({ 'access-control-allow-origin': Origin, vary: 'Origin' });
      for (const name of ['Link', 'ETag', 'X-Position', 'X-Total-Count', 'Retry-After', 'X-Request-Id']) {
        expect(headers['access-control-expose-headers']).toContain(name);
      }
    }
  });

  it('shows others nothing, and says to caches that origins differ', async () => {
    await given({ corsOrigins: [Origin] });
    for (const other of [{}, { Origin: 'http://evil.example' }]) {
      const { status, headers } = await send('GET /metrics', { Host: 'x', ...other });
      expect([status, headers.vary]).toEqual([200, 'Origin']);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
    const answer = await send('OPTIONS /api/tasks', { ...preflight, Origin: 'http://evil.example' });
    refused(answer, 403, 'CORS_ORIGINS');
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('under a base path', () => {
  it('every path is there, with it and without', async () => {
    await given({ basePath: '/att' });
    for (const base of ['', '/att']) {
      expect((await send(`GET ${base}/api/tasks?limit=1`, { Host: 'x' })).text).toBe(
        'app /api/tasks?limit=1',
      );
      expect((await send(`POST ${base}/webhook/start`, { Host: 'x' }, '{}')).status).toBe(202);
      expect((await send(`POST ${base}/webhook/batch`, { Host: 'x' }, '[]')).status).toBe(202);
      expect((await send(`GET ${base}/webhook/ws?a`, { Host: 'x', ...upgrade })).status).toBe(101);
    }
    expect((await send('GET /attic', { Host: 'x' })).text).toBe('app /attic');
    expect((await send('GET /att', { Host: 'x' })).text).toBe('app /');
  });
});
