import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { letServerRead, silentLog, startStopwatch } from '../../testing/index.js';
import { createHttpServer, type HttpServer, type WholeAnswer, type WholeRequest } from '../index.js';

/** A server whose hot path answers when the test says so, and whose node:http path answers at once. */
let http: HttpServer;
let port: number;
let asked: { request: WholeRequest; answer: (json: string) => void }[];
/** Answer of node:http that no kernel holds for a reader who does not read. */
const LARGE = 'a'.repeat(64 * 1024 * 1024);

beforeEach(async () => {
  asked = [];
  const whole = (request: WholeRequest, answer: (answer: WholeAnswer) => void) => {
    asked.push({
      request,
      answer: (json) => answer({ status: 202, contentType: 'application/json', requestId: 'r', json }),
    });
  };
  http = createHttpServer({
    hotRoutes: [
      {
        prefix: '/hot/',
        handle: (_request, response) => void response.end('node'),
        whole: new Map([['/hot/one', whole]]),
      },
    ],
    upgrades: new Map(),
    app: (request, response) => void response.end(request.url === '/large' ? LARGE : 'app'),
    log: silentLog,
  });
  port = (await http.listen(0, '127.0.0.1')).port;
});
afterEach(async () => {
  http.server.closeAllConnections();
  await http.close();
});

const post = (body: string, fields = '') =>
  `POST /hot/one HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${fields}\r\n${body}`;

interface Client {
  socket: Socket;
  received(): string;
}

async function open(): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return { socket, received: () => text };
}

/** The bodies of the requests that the hot path was asked. */
const bodies = () => asked.map(({ request }) => request.body.toString());

describe('the direct lane', () => {
  it('answers one request after the other, in UTF-8', async () => {
    const client = await open();
    for (const json of ['"first"', '"zweite ü"']) {
      client.socket.write(post(json));
      await expect.poll(bodies).toContain(json);
      asked.at(-1)?.answer(json);
      await expect.poll(client.received).toContain(json);
    }
    expect(client.received()).toMatch(/^HTTP\/1\.1 202 Accepted\r\n/);
    expect(client.received()).toContain('Content-Length: 11\r\n');
    expect(client.received()).toContain('Connection: keep-alive\r\nKeep-Alive: timeout=65\r\n');
    expect(client.received()).toMatch(/Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/);
    client.socket.destroy();
  });

  it('leaves to node:http a body that comes in two pieces, and takes what follows on that connection', async () => {
    const client = await open();
    const text = post('"halves"');
    client.socket.write(text.slice(0, -5));
    await letServerRead();
    client.socket.write(text.slice(-5));
    await expect.poll(client.received).toContain('node');
    expect(asked).toHaveLength(0);
    client.socket.write(post('"whole"'));
    await expect.poll(bodies).toEqual(['"whole"']);
    asked[0]?.answer('"direct"');
    await expect.poll(client.received).toMatch(/node.*"direct"/s);
    client.socket.destroy();
  });

  it('keeps the order of what comes while a request is answered, whoever reads it', async () => {
    const client = await open();
    client.socket.write(post('1'));
    await expect.poll(bodies).toEqual(['1']);
    client.socket.write(post('2'));
    await letServerRead();
    client.socket.write('GET /app HTTP/1.1\r\nHost: x\r\n\r\n');
    await letServerRead();
    expect(client.received()).toBe('');
    asked[0]?.answer('"one"');
    await expect.poll(bodies).toEqual(['1', '2']);
    asked[1]?.answer('"two"');
    await expect.poll(client.received).toMatch(/"one".*"two".*app/s);
    client.socket.destroy();
  });

  it('reads on after a second request that came early', async () => {
    const client = await open();
    client.socket.write(post('1'));
    await expect.poll(bodies).toEqual(['1']);
    client.socket.write(post('2'));
    await letServerRead();
    asked[0]?.answer('"one"');
    await expect.poll(bodies).toEqual(['1', '2']);
    asked[1]?.answer('"two"');
    await expect.poll(client.received).toMatch(/"one".*"two"/s);
    client.socket.write(post('3'));
    await expect.poll(bodies).toEqual(['1', '2', '3']);
    asked[2]?.answer('"three"');
    await expect.poll(client.received).toContain('"three"');
    client.socket.destroy();
  });

  it('answers who has sent its last, and closes', async () => {
    const client = await open();
    client.socket.end(post('1'));
    await expect.poll(bodies).toEqual(['1']);
    await letServerRead();
    asked[0]?.answer('"one"');
    await once(client.socket, 'end');
    expect(client.received()).toMatch(/Connection: close.*"one"/s);
  });

  it('does not mind who goes away before the answer', async () => {
    const client = await open();
    client.socket.write(post('1'));
    await expect.poll(bodies).toEqual(['1']);
    client.socket.resetAndDestroy();
    await letServerRead();
    asked[0]?.answer('"one"');
    await expect.poll(connections).toBe(0);
  });

  it('does not read on for who does not read its answers', async () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const long = `"${'a'.repeat(1024 * 1024)}"`;
    let rounds = 0;
    while (rounds < 100) {
      socket.write(post('1'));
      const before = asked.length;
      await sleep(10);
      if (asked.length === before && rounds === asked.length) break;
      while (rounds < asked.length) asked[rounds++]?.answer(long);
    }
    expect(rounds).toBeLessThan(50);
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    await expect.poll(() => asked.length).toBe(rounds + 1);
    await expect.poll(() => bytes).toBeGreaterThan(rounds * long.length);
    asked[rounds]?.answer('"last"');
    socket.destroy();
  });
});

describe('closing', () => {
  it('ends who waits for nothing, and answers the others first', async () => {
    const idle = await open();
    idle.socket.write(post('idle'));
    await expect.poll(bodies).toEqual(['idle']);
    asked[0]?.answer('"idle"');
    await expect.poll(idle.received).toContain('"idle"');
    const silent = await open();
    const busy = await open();
    busy.socket.write(post('busy'));
    await expect.poll(bodies).toContain('busy');

    const stop = startStopwatch();
    const closed = http.close();
    await Promise.all([once(idle.socket, 'end'), once(silent.socket, 'end')]);
    expect(busy.received()).toBe('');
    asked[1]?.answer('"busy"');
    await once(busy.socket, 'end');
    expect(busy.received()).toMatch(/Connection: close.*"busy"/s);
    // Though none of them has closed its own side.
    await closed;
    expect(stop()).toBeLessThan(5_000);
    for (const { socket } of [idle, silent, busy]) socket.destroy();
  });

  it('answers all requests that came before it, whoever reads them', async () => {
    const gets = 50;
    const clients = await Promise.all(Array.from({ length: 20 }, open));
    for (const { socket } of clients) socket.write(post('1'));
    await expect.poll(() => asked.length).toBe(clients.length);
    for (const { socket } of clients) socket.write('GET /app HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(gets));
    const ended = clients.map(({ socket }) => once(socket, 'end'));
    for (const { answer } of asked) answer('"one"');
    await expect.poll(() => clients.some(({ received }) => received().includes('app'))).toBe(true);
    const closed = http.close();
    // Looks between any two answers find connections that node:http takes for idle.
    for (let looks = 0; looks < 100; looks += 1) {
      http.server.closeIdleConnections();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all([...ended, closed]);
    for (const { socket, received } of clients) {
      expect(received().match(/\r\n\r\napp/g)).toHaveLength(gets);
      socket.destroy();
    }
  });

  it('waits for who reads a large answer slowly', async () => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'readable');
    const closed = http.close();
    await sleep(200);
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    await closed;
    await once(socket, 'end');
    expect(bytes).toBeGreaterThan(LARGE.length);
  });
});

it('leaves other clients of the server alone', async () => {
  const answer = await new Promise<string>((resolve) => {
    httpRequest({ port, path: '/app' }, async (response) => {
      resolve(Buffer.concat(await response.toArray()).toString());
    }).end();
  });
  expect(answer).toBe('app');
});

const connections = () =>
  new Promise<number>((resolve) => http.server.getConnections((_, count) => resolve(count)));
