import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Redis } from 'ioredis';
import { expect, inject, it } from 'vitest';
import { startRedis } from './redis-server.js';
import { isAlive } from './server-process.js';
import { until } from './until.js';

it.skipIf(!inject('ownServers').redis)('answers again, and empty, after a kill', async () => {
  const server = await startRedis();
  const client = new Redis(server.url, { commandTimeout: 2_000, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  try {
    await client.set('key', 'value');
    await server.kill();
    await expect(client.get('key')).rejects.toThrow();
    await server.restart();
    await until('the client is connected again', () => client.status === 'ready');
    expect(await client.get('key')).toBeNull();

    await server.freeze();
    await expect(client.get('key')).rejects.toThrow('timed out');
    server.resume();
    expect(await client.get('key')).toBeNull();
  } finally {
    client.disconnect();
    await server.stop();
  }
  expect(isAlive(server.pid)).toBe(false);
  expect(existsSync(server.folder)).toBe(false);
});

it.skipIf(!inject('ownServers').redis)('ends with a test run that is killed', async () => {
  const module = new URL('../../dist/testing/redis-server.js', import.meta.url);
  const run = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `const { startRedis } = await import('${module}');
     const { pid, folder } = await startRedis();
     console.log(JSON.stringify({ pid, folder }));`,
  ]);
  const [line] = await once(run.stdout, 'data');
  const { pid, folder } = JSON.parse(String(line));
  expect(isAlive(pid)).toBe(true);
  run.kill('SIGKILL');
  await until('the server is gone', () => !isAlive(pid));
  await until('its folder is gone', () => !existsSync(folder));
});

it.skipIf(!inject('ownServers').redis)('says why a server does not start', async () => {
  await expect(startRedis({ maxmemory: 'plenty' })).rejects.toThrow(/maxmemory/);
});

it('is the Redis of the run, too', async ({ skip }) => {
  const redis = inject('redis');
  if (redis === undefined) return skip();
  const client = new Redis(redis.url);
  expect(await client.ping()).toBe('PONG');
  client.disconnect();
});
