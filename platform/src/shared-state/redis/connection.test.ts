import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Registry } from '../../metrics/index.js';
import { RedisConnection } from './connection.js';

const SECRET = 'a-password';

let server: Server;
const sockets: Socket[] = [];

/** Server that knows no command, and says so as Redis does. */
beforeEach(async () => {
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (commands) => {
      for (const _ of String(commands).matchAll(/\*\d+\r\n/g)) {
        socket.write(`-ERR unknown command 'auth', with args beginning with: '${SECRET}' \r\n`);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

it('never says an argument of a command, which may be the password', async () => {
  const lines: string[] = [];
  const redis = await RedisConnection.open({
    url: `redis://:${SECRET}@127.0.0.1:${(server.address() as AddressInfo).port}`,
    log: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
    metrics: new Registry(),
  });
  const refusal = await redis.run('return 1', 'key').catch(String);
  await redis.close();
  expect(lines.join()).toContain("cannot be used (ERR unknown command 'auth')");
  expect([...lines, refusal].join()).not.toContain(SECRET);
});
