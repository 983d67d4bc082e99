/** Requests of one connection are answered one at a time and in order, however they come. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { printedSeed, silentLog, startStopwatch } from '../../testing/index.js';
import { createHttpServer, type HttpServer, type HttpServerOptions, type WholeRequest } from '../index.js';

let http: HttpServer;
let port: number;
/** Requests that the app was handed, and has not answered. */
let underWay: number;
let mostUnderWay: number;
let asked: number;
let sockets: Socket[];

const ANSWER_DELAY = 2;

/** Says what it was asked for, a little later. */
async function app(request: IncomingMessage, response: ServerResponse): Promise<void> {
  asked += 1;
  mostUnderWay = Math.max(mostUnderWay, ++underWay);
  const body = Buffer.concat(await request.toArray().catch(() => [])).toString();
  await sleep(ANSWER_DELAY);
  underWay -= 1;
  if (request.url === '/large') response.end(Buffer.alloc(1024 * 1024));
  else response.end(`[${request.method} ${request.url} ${body}]`);
}

async function given(options: Partial<HttpServerOptions> = {}): Promise<void> {
  underWay = mostUnderWay = asked = 0;
  sockets = [];
  const ws = new WebSocketServer({ noServer: true });
  http = createHttpServer({
    hotRoutes: [
      {
        prefix: '/hot',
        handle: (request, response) => void app(request, response),
        whole: new Map([
          [
            '/hot',
            async ({ body }: WholeRequest, answer) => {
              await sleep(ANSWER_DELAY);
              answer({ status: 202, contentType: 'text/plain', requestId: 'r', json: `[direct ${body}]` });
            },
          ],
        ]),
      },
    ],
    upgrades: new Map([
      [
        '/ws',
        (request, socket, head) =>
          ws.handleUpgrade(request, socket, head, (client) =>
            client.on('message', (data) => client.send(`[echo ${data}]`)),
          ),
      ],
    ]),
    app: (request, response) => void app(request, response),
    log: silentLog,
    ...options,
  });
  ({ port } = await http.listen(0, '127.0.0.1'));
}

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await http.close();
});

async function open(): Promise<{ socket: Socket; received(): string }> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  sockets.push(socket);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => {});
  await once(socket, 'connect');
  return { socket, received: () => Buffer.concat(chunks).toString('latin1') };
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const post = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const chunked = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${[...body].map((unit) => `1;a\r\n${unit}\r\n`).join('')}0\r\n\r\n`;
const h2c = (path: string, body: string) =>
  post(path, body).replace(
    'Host: x',
    'Host: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA',
  );
const upgrade = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
/** A client's text frame of up to 125 bytes, masked with zeroes. */
const frame = (text: string) => `${String.fromCharCode(0x81, 0x80 | text.length, 0, 0, 0, 0)}${text}`;

/** Words of the answers, in their order. */
const said = (text: string) =>
  [...text.matchAll(/\[[^\]]*\]|HTTP\/1\.1 (?:1|4|5)\d\d/g)].map(([match]) => match);

const DIRECT = '[direct hot]';
/** Answer of node:http to the same request, where its body was cut off from its head. */
const BY_NODE = '[POST /hot hot]';

const REQUESTS = [
  { text: get('/a'), says: '[GET /a ]' },
  { text: post('/b', 'body'), says: '[POST /b body]' },
  { text: post('/hot', 'hot'), says: DIRECT },
  { text: chunked('/c', 'chunks'), says: '[POST /c chunks]' },
  { text: h2c('/d', 'offer'), says: '[POST /d offer]' },
];

const ENDS = [
  { text: '', says: [] },
  { text: upgrade('/nothing'), says: ['HTTP/1.1 404'] },
  { text: upgrade('/ws') + frame('one') + frame('two'), says: ['HTTP/1.1 101', '[echo one]', '[echo two]'] },
  { text: 'GET / HTTP/3.0\r\nHost: x\r\n\r\n', says: ['HTTP/1.1 505'] },
  { text: post('/e', '').replace('Content-Length: 0', 'Transfer-Encoding: gzip'), says: ['HTTP/1.1 501'] },
  { text: post('/e', '').replace('Host: x', 'Host: x\r\nExpect: tea'), says: ['HTTP/1.1 417'] },
];

describe('requests that come together', () => {
  it('are all answered, in order, wherever they are cut', async () => {
    await given();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...REQUESTS), { maxLength: 6 }),
        fc.constantFrom(...ENDS),
        fc.array(fc.nat(1_500), { maxLength: 6 }),
        async (requests, end, cuts) => {
          const text = requests.map((request) => request.text).join('') + end.text;
          const { socket, received } = await open();
          const at = [...new Set([0, ...cuts.filter((cut) => cut < text.length)])].sort((a, b) => a - b);
          for (const [index, start] of at.entries()) {
            socket.write(text.slice(start, at[index + 1]), 'latin1');
            if (index % 2 === 0) await sleep(1);
          }
          const expected = [...requests.map(({ says }) => says), ...end.says];
          const answers = () => said(received()).map((answer) => (answer === BY_NODE ? DIRECT : answer));
          await expect.poll(answers, { interval: 5 }).toEqual(expected);
          socket.destroy();
        },
      ),
      { numRuns: 60, seed: printedSeed('requests that come together') },
    );
    expect(mostUnderWay).toBe(1);
  });

  it('are answered to a sender that has sent its last', async () => {
    await given();
    for (const text of REQUESTS.map((request) => request.text)) {
      const { socket, received } = await open();
      socket.end(text + get('/last'));
      await once(socket, 'end');
      expect(said(received()).at(-1)).toBe('[GET /last ]');
    }
  });
});

describe('a sender that does not read', () => {
  const openFiles = () => readdirSync('/proc/self/fd').length;

  it('has one request under way, and is ended in time; others do not wait', async () => {
    await given({ timeouts: { unread: 1_000 } });
    const filesBefore = openFiles();
    const deaf = await Promise.all(Array.from({ length: 20 }, () => open()));
    for (const { socket } of deaf) socket.pause().write(get('/large').repeat(1_000));
    await sleep(300);
    const stop = startStopwatch();
    expect((await (await fetch(`http://127.0.0.1:${port}/other`)).text()).includes('/other')).toBe(true);
    expect(stop()).toBeLessThan(1_000);
    await expect.poll(connections).toBeLessThanOrEqual(1);
    // A kernel's buffers take a few answers; nobody was asked for the thousands that were waiting.
    expect(asked).toBeLessThan(20 * 15);
    expect(mostUnderWay).toBeLessThanOrEqual(21);
    for (const { socket } of deaf) socket.destroy();
    await expect.poll(openFiles).toBeLessThan(filesBefore + 10);
  });

  it('may be slow, as long as it reads', async () => {
    await given({ timeouts: { unread: 2_500 } });
    const { socket, received } = await open();
    socket.write(get('/large').repeat(20));
    const pauses = setInterval(() => {
      socket.pause();
      setTimeout(() => socket.resume(), 60);
    }, 80);
    await expect.poll(() => received().length, { interval: 200 }).toBeGreaterThan(20 * 1024 * 1024);
    clearInterval(pauses);
    expect(asked).toBe(20);
  });
});

describe('a connection that is not used', () => {
  const HEAD = 1_000;

  it('is refused when its head comes too slowly', async () => {
    await given({ timeouts: { head: HEAD } });
    const { socket, received } = await open();
    const dribble = setInterval(() => socket.write('a'), 50);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nA: ');
    await once(socket, 'end');
    clearInterval(dribble);
    expect(received()).toMatch(/^HTTP\/1\.1 408 .*"code":"request_timeout"/s);
  });

  it('is ended when nothing comes', async () => {
    await given({ timeouts: { head: HEAD } });
    const { socket, received } = await open();
    await once(socket, 'end');
    expect(received()).toBe('');
  });

  it('makes room for others where there are too many', async () => {
    await given({ maxConnections: 20 });
    const idle = await Promise.all(Array.from({ length: 20 }, () => open()));
    const oldest = idle[0] as Awaited<ReturnType<typeof open>>;
    for (const client of idle) {
      client.socket.write(get('/a'));
      await expect.poll(() => said(client.received()), { interval: 2 }).toEqual(['[GET /a ]']);
    }
    for (let i = 0; i < 10; i++) {
      const { socket, received } = await open();
      socket.write(get('/new'));
      await expect.poll(() => said(received())).toEqual(['[GET /new ]']);
    }
    await expect.poll(() => oldest.socket.readableEnded || oldest.socket.destroyed).toBe(true);
    await expect.poll(connections).toBeLessThanOrEqual(20);
  });
});

describe('a head that cannot be right', () => {
  it.each([
    ['an empty line of LF alone', 'GET / HTTP/1.1\nHost: x\n\n', 400, 'malformed_request'],
    ['a lone LF', 'GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n', 400, 'malformed_request'],
    ['a lone CR', 'GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n', 400, 'malformed_request'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00', 400, 'malformed_request'],
    [
      'a large head',
      `GET / HTTP/1.1\r\nHost: x\r\nA: ${'b'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    ['a head without end', `GET /${'a'.repeat(20_000)}`, 431, 'headers_too_large'],
    ['many fields', `GET / HTTP/1.1\r\nHost: x\r\n${'A: b\r\n'.repeat(300)}\r\n`, 431, 'headers_too_large'],
    ['a body that is broken', `${chunked('/x', 'a').replace('1;a', 'z')}`, 400, 'malformed_request'],
  ])('%s is refused at once, behind the answers before it', async (_what, text, status, code) => {
    await given();
    for (const before of ['', get('/a'), post('/hot', 'hot')]) {
      const { socket, received } = await open();
      socket.write(before + text, 'latin1');
      await once(socket, 'end');
      const last = received().slice(received().lastIndexOf('HTTP/1.1 '));
      expect(last).toMatch(
        new RegExp(`^HTTP/1\\.1 ${status} .*application/problem\\+json.*"code":"${code}"`, 's'),
      );
      expect(said(received()).length).toBe(before === '' ? 1 : 2);
    }
  });
});

const connections = () =>
  new Promise<number>((resolve) => http.server.getConnections((_, count) => resolve(count)));
