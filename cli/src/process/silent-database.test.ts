/** The database's host goes away without a word: nothing is reset, and nothing answers any more. */
import type { Appender } from '@att/platform/event-log';
import { healthHandlers } from '@att/platform/health';
import { createMetrics } from '@att/platform/metrics';
import {
  createDatabaseProxy,
  createTestAppender,
  createTestDatabase,
  newEvent,
  silentLog,
  type TcpProxy,
  type TestDatabase,
  throughProxy,
  timed,
  until,
} from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Context, createContext } from './context.js';
import { CONTEXT_CLOSE_TIMEOUT } from './stop-deadlines.js';

const REPLICA_POOL = { max: 1, name: 'reads', timeouts: { silence: 15_000 } };

let database: TestDatabase;
let proxy: TcpProxy;
let context: Context;
let appender: Appender;
const stopping = new AbortController();

beforeEach(async () => {
  database = await createTestDatabase();
  const { connectionString } = database;
  proxy = await createDatabaseProxy(connectionString);
  const metrics = createMetrics();
  const through = throughProxy(connectionString, proxy);
  context = await createContext({
    connectionString: through,
    config: { databaseReadUrl: through },
    apiKey: 'k'.repeat(16),
    log: silentLog,
    metrics,
  });
  // Straight to the database, as from a machine that still reaches it.
  appender = createTestAppender(connectionString, { role: undefined });
});
afterEach(async () => {
  await appender.close();
  await proxy.close();
  await database.drop();
});

const append = (taskId: string) => appender.append([newEvent({ taskId })]);

async function databaseStatus(): Promise<number | undefined> {
  const { dbCheck } = healthHandlers({
    version: '1',
    checks: [],
    async database() {
      await context.ownPool.query('SELECT 1');
    },
    sharedState: context.sharedState,
    metrics: createMetrics(),
    isDraining: () => false,
  });
  return (await dbCheck?.({} as never))?.status;
}

describe('a database that falls silent', () => {
  it('is found again by the health checks and the feed, and lets them close', async () => {
    const feed = context.feed.read({ after: 0, batchSize: 10, signal: stopping.signal });
    await append('before');
    expect((await feed.next()).value?.position).toBe(1);
    expect(await databaseStatus()).toBe(200);

    proxy.stall();
    const next = feed.next();
    await append('meanwhile');
    expect([await databaseStatus(), await databaseStatus(), await databaseStatus()]).toEqual([503, 503, 503]);

    proxy.resume();
    const { result, took } = await timed(next);
    expect(result.value?.position).toBe(2);
    expect(took).toBeLessThan(20_000);
    expect(await databaseStatus()).toBe(200);

    const replica = context.database.replica?.pool('att_reader', REPLICA_POOL);
    await until('the replica is read', () => context.database.replica?.isUsable === true);

    proxy.stall();
    const last = feed.next();
    const read = replica?.query({ text: 'SELECT 1' }).catch(() => {});
    stopping.abort();
    expect((await timed(context.close())).took).toBeLessThan(CONTEXT_CLOSE_TIMEOUT);
    expect((await last).done).toBe(true);
    await Promise.all([read, replica?.end()]);
  });
});
