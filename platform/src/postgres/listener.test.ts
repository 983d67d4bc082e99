import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createDatabaseProxy,
  createTestDatabase,
  silentLog,
  type TcpProxy,
  type TestDatabase,
  throughProxy,
} from '../testing/index.js';
import { createListener } from './index.js';

let database: TestDatabase;
let proxy: TcpProxy;
let heard: string[];

beforeEach(async () => {
  database = await createTestDatabase();
  proxy = await createDatabaseProxy(database.connectionString);
  heard = [];
});
afterEach(async () => {
  await proxy.close();
  await database.drop();
});

const listen = () =>
  createListener({
    connectionString: throughProxy(database.connectionString, proxy),
    role: undefined,
    channel: 'bell',
    name: 'test',
    log: silentLog,
    heartbeat: 100,
    onNotify: (payload) => heard.push(payload),
  });

async function hears(payload: string): Promise<void> {
  for (const startedAt = performance.now(); !heard.includes(payload); await sleep(20)) {
    if (performance.now() - startedAt > 10_000) throw new Error(`${payload} was not heard`);
    await database.pool().query(`SELECT pg_notify('bell', $1)`, [payload]);
  }
}

describe('a listener whose server falls silent', () => {
  it('notices, and listens again once there is one', async () => {
    const listener = listen();
    await hears('before');
    proxy.stall();
    await sleep(500);
    proxy.resume();
    await hears('after');
    // Told to look for itself after each connection, as notifications may have been missed.
    expect(heard.filter((payload) => payload === '')).toHaveLength(2);
    await listener.close();
  });

  it('closes all the same', async () => {
    const listener = listen();
    await hears('before');
    proxy.stall();
    const closingAt = performance.now();
    await listener.close();
    expect(performance.now() - closingAt).toBeLessThan(2_000);
  });
});
