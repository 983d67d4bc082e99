/** Senders without a key that ask and never read: they must cost the server next to nothing, and others no time. */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStopwatch } from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Att, AttProcesses } from '../support/att.js';
import { DataDirectory } from '../support/data-directory.js';
import { get, post, report } from '../support/rest.js';

const HEAP = 384;
const SECONDS = 4;

const processes = new AttProcesses();
let directory: DataDirectory;
let server: Att;
let sockets: Socket[] = [];
/** Milliseconds of the slowest request while all is quiet. */
let usual: number;

beforeAll(async () => {
  directory = await DataDirectory.create();
  server = await processes.start(['start'], {
    DATA_DIR: directory.path,
    NODE_OPTIONS: `--max-old-space-size=${HEAP}`,
  });
  await server.ready();
  usual = await slowest();
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await processes.endAll();
  await directory.remove();
});

const openFiles = () => readdirSync(`/proc/${server.pid}/fd`).length;
const memory = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024;

/** Connections that send requests as fast as they are taken, and read nothing. */
async function deaf(count: number, path: string): Promise<void> {
  const requests = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n`.repeat(2_000);
  for (let i = 0; i < count; i++) {
    const socket = connect({ port: server.port, host: '127.0.0.1' });
    sockets.push(socket);
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.pause().write(requests);
  }
}

/** The longest of some honest requests, in milliseconds of a stopwatch, while the others are at work. */
async function slowest(): Promise<number> {
  let longest = 0;
  for (const end = performance.now() + SECONDS * 1_000; performance.now() < end; await sleep(100)) {
    const stop = startStopwatch();
    expect((await post(server.url, '/webhook/start', report())).status).toBe(202);
    expect((await get(server.url, '/api/stats')).status).toBe(200);
    longest = Math.max(longest, stop());
  }
  return longest;
}

const page = readFileSync(new URL('../../ui/dist/index.html', import.meta.url), 'utf8');
const asset = /\/assets\/[\w.-]+\.js/.exec(page)?.[0] ?? '/';

describe.each([
  ['a file', 24, asset],
  ['the page', 24, '/'],
  ['/metrics', 20, '/metrics'],
  ['/readyz', 20, '/readyz'],
  ['/openapi.json', 20, '/openapi.json'],
  ['a page of the documents', 20, '/docs'],
])('%s asked for without end by connections that never read', (_what, count, path) => {
  it('keeps nobody waiting, opens no files and fills no memory', async () => {
    const filesBefore = openFiles();
    const memoryBefore = memory();
    await deaf(count, path);
    const longest = await slowest();
    expect(openFiles()).toBeLessThan(filesBefore + count + 30);
    expect(memory()).toBeLessThan(memoryBefore + 250);
    expect(longest).toBeLessThan(1_500 + 3 * usual);
    for (const socket of sockets) socket.destroy();
    sockets = [];
    await expect.poll(openFiles).toBeLessThan(filesBefore + 30);
  });
});
