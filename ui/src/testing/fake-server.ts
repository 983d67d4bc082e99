/**
 * A server to look at the UI with, where the real one is not at hand: REST, socket, and the built
 * files with the real content security policy. In memory; nothing in it is for production.
 *
 * `PORT` (8000), `API_KEY` (dev), `RATE` of events a second (0), `EVENTS` to begin with (0).
 */
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { frameOf, type ServerFrame, SOCKET_PATH, type TaskEvent } from '@att/contracts';
import { type WebSocket, WebSocketServer } from 'ws';
import { makeFakeLog } from './fake-log';
import { answerRest } from './fake-rest';
import { makeTraffic } from './fake-traffic';

const { PORT = '8000', API_KEY = 'dev', RATE = '0', EVENTS = '0' } = process.env;
const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:";
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

const log = makeFakeLog();
const sockets = new Set<WebSocket>();
const restOptions = { log, apiKey: API_KEY, onAppend: broadcast };

const server = createServer((request, response) => {
  const path = request.url ?? '/';
  const answering = /^\/(api|webhook)\//.test(path)
    ? answerRest(restOptions, request, response)
    : sendFile(path, response);
  answering.catch((error: unknown) => response.writeHead(500).end(String(error)));
});
const upgrades = new WebSocketServer({ server, path: SOCKET_PATH });

upgrades.on('connection', (socket, request) => {
  const query = new URL(request.url ?? '/', 'http://fake').searchParams;
  if (query.get('api_key') !== API_KEY) return socket.close(1008);
  const send = (frame: ServerFrame) => socket.send(JSON.stringify(frame));
  const timestamp = new Date().toISOString();
  const head = log.head();
  send({
    type: 'connection',
    message: 'connected',
    project: null,
    epoch: log.epoch,
    position: head,
    timestamp,
  });
  const after = query.get('after');
  const epoch = query.get('epoch');
  if ((epoch !== null && epoch !== log.epoch) || Number(after) > head) {
    send({ type: 'reset', reason: 'another log', epoch: log.epoch, position: head, timestamp });
  } else if (after !== null) {
    for (const event of log.taskEvents(Number(after))) send(frameOf(event));
    send({ type: 'caught_up', position: head, timestamp });
  }
  socket.on('message', () =>
    send({ type: 'pong', message: 'pong', position: log.head(), timestamp: new Date().toISOString() }),
  );
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
});

function broadcast(event: TaskEvent): void {
  const text = JSON.stringify(frameOf(event));
  for (const socket of sockets) socket.send(text);
}

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  const file = normalize(new URL(path, 'http://fake').pathname);
  const asset = extname(file) in TYPES ? file : '/index.html';
  const body = await readFile(join(DIST, asset));
  response
    .writeHead(200, { 'content-type': TYPES[extname(asset)], 'content-security-policy': POLICY })
    .end(body);
}

const next = makeTraffic((kind, body) => broadcast(log.append(kind, body)));
for (let count = 0; count < Number(EVENTS); count += 1) next();
if (Number(RATE) > 0) {
  // Timers are no finer than some milliseconds, so a tick may bring several events.
  let due = 0;
  setInterval(() => {
    for (due += Number(RATE) / 50; due >= 1; due -= 1) next();
  }, 20);
}
server.listen(Number(PORT), '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${PORT} with the key ${API_KEY}`),
);
