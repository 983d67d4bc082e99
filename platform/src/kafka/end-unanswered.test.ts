/** Connections on a real server that answers, or does not. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { endUnanswered } from './end-unanswered.js';

/** Milliseconds: short, but long enough for a busy server to answer. */
const LIMIT = 600;
const sockets: Socket[] = [];
let server: Server | undefined;

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
});

/** @param answers whether the server sends back what it gets */
async function open(answers: boolean): Promise<Socket> {
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => answers && socket.write(bytes));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  endUnanswered(socket, LIMIT);
  await once(socket, 'connect');
  return socket;
}

it('leaves a connection that is idle, before its first request and after an answer', async () => {
  const socket = await open(true);
  await sleep(2 * LIMIT);
  expect(socket.destroyed).toBe(false);
  socket.write('request');
  await once(socket, 'data');
  await sleep(2 * LIMIT);
  expect(socket.destroyed).toBe(false);
});

it('ends one whose request is not answered, however often it is asked again', async () => {
  const socket = await open(false);
  const asking = setInterval(() => socket.write('request'), LIMIT / 4);
  const startedAt = performance.now();
  const [error] = await once(socket, 'error').finally(() => clearInterval(asking));
  expect(error).toEqual(new Error(`no answer within ${LIMIT} ms`));
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(LIMIT);
});
