/** A program that took the server's place gets neither the password nor a statement. */
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../testing/index.js';
import { connectionConfig, Session } from './index.js';

/** A server's answers to the start of a connection: message type R, with the request's number. */
const request = (number: number, rest: Buffer = Buffer.alloc(0)) => {
  const head = Buffer.from([0x52, 0, 0, 0, 8 + rest.length, 0, 0, 0, number]);
  return Buffer.concat([head, rest]);
};
const OK = request(0);
const CLEAR_TEXT = request(3);
const MD5 = request(5, Buffer.from('salt'));
const SCRAM = request(10, Buffer.from('SCRAM-SHA-256\0\0'));
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

let impostor: Server;
let heard: Buffer[];
let answers: Buffer;

beforeEach(async () => {
  heard = [];
  impostor = createServer((socket: Socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      if (heard.length === 0) socket.write(answers);
      heard.push(chunk);
    });
  });
  await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => impostor.close(resolve)));

/** @param hears what the impostor is to hear */
async function connect(requireAuth: string, hears = () => true): Promise<string> {
  const { port } = impostor.address() as { port: number };
  const connectionString = `postgres://att:hunter2@127.0.0.1:${port}/att${requireAuth}`;
  const client = new Session(connectionConfig({ connectionString, role: undefined, name: 'test' }));
  client.on('error', () => {});
  const outcome = client.connect().then(
    () => 'connected',
    (error: Error) => error.message,
  );
  // Long enough for whoever believes the impostor to say more.
  const silence = new Promise<string>((resolve) => setTimeout(resolve, 300, 'waiting'));
  await Promise.all([silence, Promise.race([outcome, silence])]);
  await until('the impostor hears it', hears);
  client.connection.stream.destroy();
  return outcome;
}

const said = () => Buffer.concat(heard.slice(1)).toString('latin1');
/** The first statement of a session: the server was believed. */
const isBelieved = () => said().includes('TimeZone');

describe('a server that does not authenticate as it is demanded', () => {
  it.each([
    ['clear text', CLEAR_TEXT, 'asks for it by password'],
    ['MD5', MD5, 'asks for it by md5'],
    ['nothing', Buffer.concat([OK, READY]), 'lets us in without asking'],
    ['a proof that it never gives', Buffer.concat([SCRAM, OK, READY]), 'lets us in without asking'],
  ])('and asks for %s is sent nothing that it could use', async (_, asks, says) => {
    answers = asks;
    expect(await connect('?require_auth=scram-sha-256')).toContain(says);
    expect(said()).not.toMatch(/hunter2|md5|TimeZone/);
  });

  it('is obeyed where nothing is demanded, as before', async () => {
    answers = CLEAR_TEXT;
    await connect('', () => said().includes('hunter2'));
  });

  it.each([
    ['!password,!md5', CLEAR_TEXT, false],
    ['!password,!md5', Buffer.concat([OK, READY]), true],
    ['none, scram-sha-256', Buffer.concat([OK, READY]), true],
    ['md5', Buffer.concat([OK, READY]), false],
  ])('require_auth=%s is understood as libpq does', async (methods, asks, isTaken) => {
    answers = asks;
    await connect(`?require_auth=${encodeURIComponent(methods)}`, () => isBelieved() || !isTaken);
    expect(isBelieved()).toBe(isTaken);
  });

  it.each(['kerberos', 'scram-sha-256,!md5'])('require_auth=%s is refused', async (methods) => {
    await expect(connect(`?require_auth=${methods}`)).rejects.toThrow('require_auth');
  });
});
