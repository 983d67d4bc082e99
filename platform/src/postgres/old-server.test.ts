/** A server of a release that lacks what a session is set up with is named, before anything else is said of it. */
import { createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { connectionConfig, ServerTooOldError, Session } from './index.js';

/** A message of the server: its type, its length, its body. */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

const int16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const text = (value: string) => Buffer.from(`${value}\0`);
/** A column of text: neither table nor number, of type 25. */
const column = (name: string) =>
  Buffer.concat([text(name), Buffer.alloc(9), Buffer.from([25, 0xff, 0xff]), Buffer.alloc(6)]);
const value = (content: string) =>
  Buffer.concat([Buffer.from([0, 0, 0, content.length]), Buffer.from(content)]);

const READY = message('Z', Buffer.from('I'));
const ANSWERS = [
  Buffer.concat([message('R', Buffer.alloc(4)), READY]),
  Buffer.concat([
    message('E', text('SERROR\0C42883\0Mfunction has_parameter_privilege does not exist\0')),
    READY,
  ]),
  Buffer.concat([
    message('T', Buffer.concat([int16(2), column('version'), column('number')])),
    message('D', Buffer.concat([int16(2), value('14.19'), value('140019')])),
    message('C', text('SELECT 1')),
    READY,
  ]),
];

it('a session with a server that is too old is refused with its release', async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const answers = [...ANSWERS];
    socket.on('error', () => {}).on('data', () => socket.write(answers.shift() ?? ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const connectionString = `postgres://att@127.0.0.1:${port}/att`;

  const session = new Session(connectionConfig({ connectionString, role: undefined, name: 'test' }));
  await expect(session.connect()).rejects.toThrow(ServerTooOldError);

  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});
