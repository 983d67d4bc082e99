import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { Registry } from '../../metrics/index.js';
import {
  createTcpProxy,
  freePort,
  type RedisServer,
  startRedis,
  startStopwatch,
  until,
} from '../../testing/index.js';
import { type SharedState, SharedStateUnavailableError } from '../shared-state.js';
import { COMMAND_TIMEOUT_MS } from './connection-options.js';
import { createRedisSharedState } from './redis.js';

const SECRET = 'never-to-be-seen';
/** Milliseconds beside the command timeout that a busy machine may add. */
const SLACK = 400;

let lines: string[];
const closing: (() => unknown)[] = [];

beforeEach(() => {
  lines = [];
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function connect(url: string, caFile?: string): Promise<{ state: SharedState; metrics: Registry }> {
  const metrics = new Registry();
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const state = await createRedisSharedState({ url, caFile, log, metrics });
  closing.push(() => state.close());
  return { state, metrics };
}

async function start(settings: Record<string, string> = {}): Promise<RedisServer> {
  const server = await startRedis(settings);
  closing.push(() => server.stop());
  return server;
}

/** Milliseconds of a stopwatch until it settled, and whether that was a refusal. */
async function timed(work: Promise<unknown>): Promise<{ took: number; isRefused: boolean }> {
  const stop = startStopwatch();
  const isRefused = await work.then(
    () => false,
    (error: unknown) => {
      expect(error).toBeInstanceOf(SharedStateUnavailableError);
      return true;
    },
  );
  return { took: stop(), isRefused };
}

const take = (state: SharedState) =>
  state.takeQuota({ name: 'a', limit: 10, window: 60_000, needed: 1, wanted: 1 });

describe.skipIf(!inject('ownServers').redis)('Redis that is away', () => {
  it('is no hindrance to a start, which says so in one line without the password', async () => {
    const port = await freePort();
    const stop = startStopwatch();
    const { state, metrics } = await connect(`redis://user:${SECRET}@127.0.0.1:${port}/3`);
    expect(stop()).toBeLessThan(2_000);
    expect((await timed(take(state))).took).toBeLessThan(SLACK);
    await until('it says so', () => lines.length > 0);
    await sleep(3_000);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`127.0.0.1:${port}/3 cannot be used (connect ECONNREFUSED`);
    expect(lines.join()).not.toContain(SECRET);
    expect(await metrics.metrics()).toMatch(/^att_shared_state_up 0$/m);
  });

  it('is found again after a kill and a restart', async () => {
    const server = await start();
    const { state, metrics } = await connect(server.url);
    expect(await metrics.metrics()).toMatch(/^att_shared_state_up 1$/m);
    await take(state);
    await server.kill();
    await until('a command is refused', async () => (await timed(take(state))).isRefused);
    expect(await metrics.metrics()).toMatch(/^att_shared_state_up 0$/m);
    await server.restart();
    await until('commands are answered again', async () => !(await timed(take(state))).isRefused);
    expect(await metrics.metrics()).toMatch(/^att_shared_state_up 1$/m);
  });

  it('holds nobody up longer than a command may take when it freezes, and then nobody at all', async () => {
    const server = await start();
    const { state } = await connect(server.url);
    await take(state);
    await server.freeze();
    const first = await Promise.all(Array.from({ length: 20 }, () => timed(take(state))));
    expect(first.every(({ isRefused }) => isRefused)).toBe(true);
    expect(Math.max(...first.map(({ took }) => took))).toBeLessThan(COMMAND_TIMEOUT_MS + SLACK);
    for (let i = 0; i < 60; i++) {
      const { took, isRefused } = await timed(take(state));
      expect(isRefused).toBe(true);
      expect(took).toBeLessThan(SLACK / 2);
      await sleep(50);
    }
    await expect(state.check()).rejects.toBeInstanceOf(SharedStateUnavailableError);
    server.resume();
    await until('commands are answered again', async () => !(await timed(take(state))).isRefused);
  });

  it('is left when a network swallows what is sent, and found again', async () => {
    const server = await start();
    const proxy = await createTcpProxy({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
    closing.push(() => proxy.close());
    const { state } = await connect(`redis://127.0.0.1:${proxy.port}`);
    await take(state);
    proxy.stall();
    const { took, isRefused } = await timed(take(state));
    expect(isRefused).toBe(true);
    expect(took).toBeLessThan(COMMAND_TIMEOUT_MS + SLACK);
    await sleep(200);
    expect((await timed(take(state))).took).toBeLessThan(SLACK / 2);
    proxy.resume();
    await until('commands are answered again', async () => !(await timed(take(state))).isRefused);
  });

  it('closes at once while it is frozen', async () => {
    const server = await start();
    const { state } = await connect(server.url);
    await server.freeze();
    const waiting = timed(take(state));
    const stop = startStopwatch();
    await state.close();
    expect(stop()).toBeLessThan(SLACK);
    expect((await waiting).took).toBeLessThan(COMMAND_TIMEOUT_MS + SLACK);
    server.resume();
  });

  it('that refuses the password is named, and not the password', async () => {
    const server = await start();
    const admin = new Redis(server.url);
    closing.push(() => admin.disconnect());
    await admin.config('SET', 'requirepass', 'the-right-one');
    const { state } = await connect(server.url.replace('//', `//:${SECRET}@`));
    expect((await timed(take(state))).isRefused).toBe(true);
    await until('it says so', () => lines.length > 0);
    await sleep(2_000);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('WRONGPASS');
    expect(lines.join()).not.toContain(SECRET);
    await admin.config('SET', 'requirepass', SECRET);
    await until('commands are answered', async () => !(await timed(take(state))).isRefused);
  });

  it('is not used in another database than the one that was named', async () => {
    const server = await start({ databases: '4' });
    const { state } = await connect(`${server.url}/7`);
    for (let i = 0; i < 20; i++) {
      expect((await timed(take(state))).isRefused).toBe(true);
      await sleep(50);
    }
    await until('it says so', () => lines.length > 0);
    expect(lines[0]).toContain('DB index is out of range');
    const admin = new Redis(server.url);
    closing.push(() => admin.disconnect());
    expect(await admin.dbsize()).toBe(0);
  });

  it('that cannot be written fails its check, and is left for another that its name stands for', async () => {
    const server = await start({ replicaof: '127.0.0.1 1' });
    const { state } = await connect(server.url);
    await expect(state.check()).rejects.toThrow();
    const admin = new Redis(server.url);
    closing.push(() => admin.disconnect());
    await admin.replicaof('NO', 'ONE');
    await until('it can be written', () =>
      state.check().then(
        () => true,
        () => false,
      ),
    );
  });
});

describe.skipIf(!inject('ownServers').redis)('Redis with', () => {
  it('a database number keeps to that', async () => {
    const server = await start();
    const { state } = await connect(`${server.url}/3`);
    await take(state);
    const admin = new Redis(`${server.url}/3`);
    closing.push(() => admin.disconnect());
    expect(await admin.keys('*')).toEqual(['att:quota:a']);
  });

  it('a user and a password lets us in, whatever characters they have', async () => {
    const server = await start();
    const admin = new Redis(server.url);
    closing.push(() => admin.disconnect());
    const password = 'ä@:/#?% §';
    await admin.acl('SETUSER', 'att', 'on', `>${password}`, '~att:*', '+@all');
    const { state } = await connect(server.url.replace('//', `//att:${encodeURIComponent(password)}@`));
    expect(await take(state)).toMatchObject({ taken: 1 });
    await expect(state.check()).resolves.toBeUndefined();
  });

  it('TLS is spoken to where its certificate is known, and else not', async () => {
    const folder = (await start()).folder;
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const made = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
    ];
    execFileSync('openssl', [...made, ...subject], { stdio: 'ignore' });
    const port = await freePort();
    await start({
      'tls-port': String(port),
      'tls-cert-file': cert,
      'tls-key-file': key,
      'tls-ca-cert-file': cert,
      'tls-auth-clients': 'no',
    });
    for (const host of ['localhost', '127.0.0.1']) {
      const { state } = await connect(`rediss://${host}:${port}`, cert);
      expect(await take(state)).toMatchObject({ left: expect.any(Number) });
    }
    lines = [];
    const { state } = await connect(`rediss://localhost:${port}`);
    expect((await timed(take(state))).isRefused).toBe(true);
    expect(lines.join()).toMatch(/self-signed certificate/);
  });
});
