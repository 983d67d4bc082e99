import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createDatabaseProxy,
  createTestDatabase,
  silentLog,
  type TcpProxy,
  type TestDatabase,
  throughProxy,
  timed,
  until,
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

/** Milliseconds: short, but long enough for a busy server to answer. */
const HEARTBEAT = 500;

const listen = () =>
  createListener({
    connectionString: throughProxy(database.connectionString, proxy),
    role: undefined,
    channel: 'bell',
    name: 'test',
    log: silentLog,
    heartbeat: HEARTBEAT,
    onNotify: (payload) => heard.push(payload),
  });

async function hears(payload: string): Promise<void> {
  await until(`${payload} is heard`, async () => {
    if (heard.includes(payload)) return true;
    await database.pool().query(`SELECT pg_notify('bell', $1)`, [payload]);
    return false;
  });
}

describe('a listener whose server falls silent', () => {
  it('notices, and listens again once there is one', async () => {
    const listener = listen();
    await hears('before');
    proxy.stall();
    await sleep(4 * HEARTBEAT);
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
    expect((await timed(listener.close())).took).toBeLessThan(2_000);
  });
});
