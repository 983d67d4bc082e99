/**
 * The yardstick of the fan-out: a server of `ws` as one would first write it, which sends each client the
 * product's own frames as fast as all of them read, one write a frame. It stores, reads and makes nothing.
 */
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { frameOf } from '@att/contracts';
import { type WebSocket, WebSocketServer } from 'ws';
import { fleetEvents } from '../load/fleet-events.js';

/** Bytes that may wait for a client before all wait for it. */
const MAX_UNSENT = 1024 * 1024;

const frames = fleetEvents(2_000).map((event) => Buffer.from(JSON.stringify(frameOf(event))));
const clients = new Set<WebSocket>();
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (client, request) => {
  clients.add(client);
  client.on('close', () => clients.delete(client));
  client.on('error', () => {});
  client.send('{"type":"connection"}');
  const expected = Number(new URLSearchParams(request.url?.split('?')[1]).get('clients'));
  if (clients.size === expected) void broadcast();
});
server.on('listening', () => process.send?.({ port: (server.address() as AddressInfo).port }));

async function broadcast(): Promise<void> {
  for (let next = 0; clients.size > 0; next++) {
    const frame = frames[next % frames.length] as Buffer;
    for (const client of clients) client.send(frame, { binary: false });
    await nextTurn();
    while ([...clients].some(({ bufferedAmount }) => bufferedAmount > MAX_UNSENT)) await sleep(1);
  }
}
