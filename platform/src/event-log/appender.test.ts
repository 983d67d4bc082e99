import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  allowAnyTime,
  createDatabaseProxy,
  createTestAppender,
  createTestDatabase,
  erasePayload,
  newEvent,
  startStopwatch,
  type TcpProxy,
  type TestDatabase,
  throughProxy,
} from '../testing/index.js';
import { type Appender, type AppenderOptions, verifyLog } from './index.js';

let database: TestDatabase;
let proxy: TcpProxy;
const appenders: Appender[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  proxy = await createDatabaseProxy(database.connectionString);
});

afterEach(async () => {
  await Promise.all(appenders.splice(0).map((appender) => appender.close()));
  await proxy.close();
  await database.drop();
});

function appender(options: Partial<AppenderOptions> = {}): Appender {
  const made = createTestAppender(throughProxy(database.connectionString, proxy), options);
  appenders.push(made);
  return made;
}

async function stored(): Promise<{ position: number; task_id: string }[]> {
  return (await database.pool().query('SELECT position, task_id FROM log.events ORDER BY position')).rows;
}

describe('appending', () => {
  it('numbers events from 1 in the order they came, also across calls', async () => {
    const log = appender();
    const calls = Array.from({ length: 50 }, (_, index) => log.append([newEvent({ taskId: `t${index}` })]));
    const positions = (await Promise.all(calls)).map(([result]) => result?.position);
    expect(positions).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect((await stored()).map((row) => row.task_id)).toEqual(positions.map((_, index) => `t${index}`));
  });

  it('keeps the payload as the very bytes that were sent', async () => {
    const text = ' {"b":1.0, "a":12345678901234567890,"a":"é\\u00e9" }\n';
    await appender().append([{ ...newEvent(), payload: Buffer.from(text) }]);
    const { rows } = await database.pool().query('SELECT data::text FROM log.events');
    expect(rows[0].data).toBe(text);
  });

  it('never lets recorded time go backwards, whatever the clock says', async () => {
    await allowAnyTime(database.pool());
    let now = 0;
    const log = appender({ now: () => now, anyTime: true });
    for (now of [5_000, 3_000, 7_000]) await log.append([newEvent()]);
    const { rows } = await database.pool().query('SELECT recorded_at FROM log.events ORDER BY position');
    const times = rows.map((row) => Date.parse(row.recorded_at));
    expect(times).toEqual([5_000, 5_000, 7_000]);
  });

  it('refuses more than the queue may hold, and goes on', async () => {
    const log = appender({ maxQueuedEvents: 10 });
    const calls = Array.from({ length: 100 }, () => log.append([newEvent()]));
    const settled = await Promise.allSettled(calls);
    const refused = settled.filter((result) => result.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const result of refused) expect(result.reason).toMatchObject({ code: 'queue_full' });
    expect(await stored()).toHaveLength(100 - refused.length);
    await expect(log.append([newEvent()])).resolves.toHaveLength(1);
  });

  it('lets one caller pay for an event that the database refuses, not the others', async () => {
    const log = appender();
    // Valid JSON for JavaScript, but deeper than PostgreSQL's stack; ingest refuses it long before.
    const bad = {
      ...newEvent({ taskId: 'bad' }),
      payload: Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)),
    };
    const calls = ['a', 'b', 'bad', 'c', 'd'].map((taskId) =>
      log.append([taskId === 'bad' ? bad : newEvent({ taskId })]),
    );
    const settled = await Promise.allSettled(calls);
    expect(settled.map((result) => result.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect((await stored()).map((row) => row.task_id)).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('idempotency', () => {
  const keyed = (payload: unknown, fields = {}) => newEvent({ idempotencyKey: 'k', payload, ...fields });

  it('answers a repetition with the first position, whatever the order of its members', async () => {
    const log = appender();
    const [first] = await log.append([keyed({ a: 1, b: [1.5, 'x'] })]);
    const [again] = await log.append([{ ...keyed(null), payload: Buffer.from('{ "b":[1.50,"x"], "a":1 }') }]);
    expect(again).toEqual({ ...first, outcome: 'duplicate' });
    expect(await stored()).toHaveLength(1);
  });

  it('refuses the key for another payload or type, and gives it again to another project', async () => {
    const log = appender();
    await log.append([keyed({ a: 1 })]);
    const results = await log.append([
      keyed({ a: 2 }),
      keyed({ a: 1 }, { type: 'task.failed' }),
      keyed({ a: 1 }, { project: 'other' }),
    ]);
    expect(results.map((result) => result.outcome)).toEqual(['conflict', 'conflict', 'stored']);
    expect(results[2]?.position).toBe(2);
  });

  it('compares keys inside one append too, and gives duplicates no position', async () => {
    const results = await appender().append([keyed({ a: 1 }), keyed({ a: 1 }), newEvent()]);
    expect(results.map(({ outcome, position }) => [outcome, position])).toEqual([
      ['stored', 1],
      ['duplicate', 1],
      ['stored', 2],
    ]);
  });

  it('stores one of many that come at once, also through two processes', async () => {
    const logs = [appender(), appender()];
    const calls = Array.from({ length: 60 }, (_, index) =>
      (logs[index % 2] as Appender).append([keyed({ same: true })]),
    );
    const outcomes = (await Promise.all(calls)).map(([result]) => result?.outcome);
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(59);
    expect(await stored()).toHaveLength(1);
  });

  it('answers the repetition of an erased event without comparing', async () => {
    const log = appender();
    await log.append([keyed({ secret: 1 })]);
    await erasePayload(database.pool(), 1);
    const [again] = await log.append([keyed({ secret: 2 })]);
    expect(again).toMatchObject({ outcome: 'duplicate', position: 1 });
  });
});

describe('a database that goes away', () => {
  it('learns the outcome of an append whose answer was lost: stored once, acknowledged at its position', async () => {
    const log = appender();
    await log.append([newEvent()]);
    proxy.loseNextAnswer();
    const [result] = await log.append([newEvent({ taskId: 'unknown' })]);
    expect(result).toMatchObject({ outcome: 'stored', position: 2 });
    expect((await stored()).map((row) => row.task_id)).toEqual(['task', 'unknown']);
  });

  it('stores an event once when its statement was lost on the way and arrives after it was sent again', async () => {
    const log = appender();
    await log.append([newEvent()]);
    const deliverLate = proxy.delayNextStatement();
    const [result] = await log.append([newEvent({ taskId: 'late' })]);
    expect(result).toMatchObject({ outcome: 'stored', position: 2 });
    deliverLate();
    await sleep(200);
    expect((await stored()).map((row) => row.task_id)).toEqual(['task', 'late']);
    await expect(log.append([newEvent()])).resolves.toMatchObject([{ position: 3 }]);
  });

  it('closes in time when the outcome of a write cannot be learnt', async () => {
    const log = appender();
    await log.append([newEvent()]);
    proxy.loseNextAnswer('down');
    const writing = log.append([newEvent()]).catch((error: unknown) => error);
    await log.close();
    expect(await writing).toMatchObject({ code: 'outcome_unknown' });
  });

  it('refuses at once while it is away, and goes on by itself when it is back', async () => {
    const log = appender();
    await log.append([newEvent()]);
    proxy.down();
    await expect(log.append([newEvent()])).rejects.toMatchObject({ name: 'AppendError' });
    const stop = startStopwatch();
    await expect(log.append([newEvent()])).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(stop()).toBeLessThan(1_000);
    expect(log.unavailable).toBeDefined();

    proxy.restore();
    while (log.unavailable !== undefined) await sleep(20);
    await expect(log.append([newEvent()])).resolves.toHaveLength(1);
  });

  it('gives up on an unknown outcome in the end, and says so', async () => {
    const log = appender({ outcomeTimeout: 300 });
    await log.append([newEvent()]);
    proxy.loseNextAnswer('down');
    await expect(log.append([newEvent()])).rejects.toMatchObject({ code: 'outcome_unknown' });
    expect(await stored()).toHaveLength(2);
    proxy.restore();
  });

  it('keeps every acknowledged event exactly once while connections break again and again', async () => {
    const log = appender();
    const acknowledged = new Map<number, string>();
    const senders = Array.from({ length: 8 }, async (_, sender) => {
      for (let i = 0, mine = 0; mine < 20; i++) {
        const taskId = `${sender}-${i}`;
        const results = await log.append([newEvent({ taskId })]).catch(() => undefined);
        if (results?.[0] === undefined) {
          await sleep(20);
          continue;
        }
        mine += 1;
        acknowledged.set(results[0].position, taskId);
        // Breaks follow progress, not time: a slow machine must get something through between two of them.
        if (acknowledged.size % 20 === 0) proxy.cut();
        if (acknowledged.size % 20 === 10) proxy.loseNextAnswer();
      }
    });
    await Promise.all(senders);
    expect(acknowledged.size).toBe(8 * 20);

    const rows = await stored();
    expect(rows.map((row) => row.position)).toEqual(rows.map((_, index) => index + 1));
    expect(new Set(rows.map((row) => row.task_id)).size).toBe(rows.length);
    for (const [position, taskId] of acknowledged) expect(rows[position - 1]?.task_id).toBe(taskId);
    const client = await database.pool().connect();
    expect(await verifyLog(client)).toMatchObject({ verified: rows.length, breaks: [] });
    client.release();
  });
});
