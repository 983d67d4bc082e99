/** Two appends in flight: the first waits in the server for the head that the test holds, the second behind it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createDatabaseProxy,
  createTestAppender,
  createTestDatabase,
  newEvent,
  startStopwatch,
  type TcpProxy,
  type TestDatabase,
  throughProxy,
  timed,
} from '../testing/index.js';
import { lockHead } from './head.js';
import { type Appended, type Appender, type AppenderOptions, type NewEvent, verifyLog } from './index.js';
import { insertBatch } from './insert-batch.js';
import { planAppend, prepare } from './plan-append.js';

let database: TestDatabase;
let proxy: TcpProxy;
let holder: PoolClient;
let metrics: Registry;
let log: Appender;

beforeEach(async () => {
  database = await createTestDatabase();
  proxy = await createDatabaseProxy(database.connectionString);
  await start();
});

afterEach(async () => {
  holder.release(true);
  await log.close();
  await proxy.close();
  await database.drop();
});

async function start(options: Partial<AppenderOptions> = {}): Promise<void> {
  metrics = new Registry();
  log = createTestAppender(throughProxy(database.connectionString, proxy), { metrics, ...options });
  await log.append([newEvent({ taskId: 'zero' })]);
  holder = await database.pool().connect();
}

const named = (taskId: string, fields = {}) => newEvent({ taskId, ...fields });
const keyed = (taskId: string, payload: unknown = { a: 1 }) =>
  named(taskId, { idempotencyKey: 'k', payload });

/** Holds the head, and sends the first: it waits in the server until `release`. */
async function sendFirst(...events: NewEvent[]): Promise<Promise<Appended[]>[]> {
  await holder.query('BEGIN');
  await lockHead(holder);
  const calls = events.map((event) => log.append([event]));
  await waiting();
  return calls;
}

/** Resolves when an append waits for the head. */
async function waiting(): Promise<void> {
  const { rows } = await database.pool().query(`
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name = 'att-append'`);
  if (rows.length === 0) return waiting();
}

/** Appends events whose batch is sent on the connection behind the first. */
async function sendSecond(...events: NewEvent[]): Promise<Promise<Appended[]>[]> {
  const calls = events.map((event) => log.append([event]));
  await sleep(50);
  await expect.poll(() => metrics.getSingleMetricAsString('att_append_queue_events')).toMatch(/ 0$/);
  return calls;
}

const release = () => holder.query('COMMIT');

/** Appends as another process would that was faster than both. */
async function appendElsewhere(...events: NewEvent[]): Promise<void> {
  const plan = planAppend(await lockHead(holder), events.map(prepare), [], new Date().toISOString());
  expect(await insertBatch(holder, plan)).toBeDefined();
}

async function stored(): Promise<string[]> {
  const { rows } = await holder.query('SELECT position, task_id FROM log.events ORDER BY position');
  expect(rows.map((row) => row.position)).toEqual(rows.map((_, index) => index + 1));
  expect(await verifyLog(holder)).toMatchObject({ verified: rows.length, breaks: [] });
  return rows.map((row) => row.task_id);
}

async function races(): Promise<string> {
  return (await metrics.getSingleMetricAsString('att_append_races_total')).split(' ').at(-1) ?? '';
}

const outcomes = async (calls: Promise<Appended[]>[]) =>
  (await Promise.all(calls)).flat().map(({ outcome, position }) => [outcome, position]);

describe('two appends in flight', () => {
  it('are both written, in order, and what comes meanwhile waits', async () => {
    const calls = [...(await sendFirst(named('a'))), ...(await sendSecond(named('b')))];
    calls.push(log.append([named('c')]));
    await sleep(50);
    expect(await metrics.getSingleMetricAsString('att_append_queue_events')).toMatch(/ 1$/);
    await release();
    expect(await outcomes(calls)).toEqual([
      ['stored', 2],
      ['stored', 3],
      ['stored', 4],
    ]);
    expect(await stored()).toEqual(['zero', 'a', 'b', 'c']);
    expect(await races()).toBe('0');
  });

  it('are both written after another writer who was first', async () => {
    const calls = [...(await sendFirst(named('a'))), ...(await sendSecond(named('b')))];
    await appendElsewhere(named('other'));
    await release();
    expect(await outcomes(calls)).toEqual([
      ['stored', 3],
      ['stored', 4],
    ]);
    expect(await stored()).toEqual(['zero', 'other', 'a', 'b']);
    expect(await races()).toBe('1');
  });

  it('let nobody pay for an event of the first that the database refuses', async () => {
    await holder.query(`ALTER TABLE log.events ADD CHECK (task_id <> 'bad')`);
    const calls = [
      ...(await sendFirst(named('a'), named('bad'), named('b'))),
      ...(await sendSecond(named('c'), named('d'))),
    ];
    await release();
    const settled = await Promise.allSettled(calls);
    expect(settled[1]).toMatchObject({ reason: { code: 'rejected' } });
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    expect(await stored()).toEqual(['zero', 'a', 'b', 'c', 'd']);
    expect(log.unavailable).toBeUndefined();
  });

  it('let the first stand when the database refuses the second', async () => {
    await holder.query(`ALTER TABLE log.events ADD CHECK (task_id <> 'bad')`);
    const [first, ...rest] = [
      ...(await sendFirst(named('a'))),
      ...(await sendSecond(named('bad'), named('b'))),
    ];
    await release();
    const settled = await Promise.allSettled([first, ...rest]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await stored()).toEqual(['zero', 'a', 'b']);
  });

  it.each(['keep', 'lose'])('find a key of the second in the first: %s the race', async (race) => {
    const calls = [...(await sendFirst(keyed('a'))), ...(await sendSecond(keyed('a2'), named('b')))];
    if (race === 'lose') await appendElsewhere(named('other'));
    await release();
    const at = race === 'lose' ? 3 : 2;
    expect(await outcomes(calls)).toEqual([
      ['stored', at],
      ['duplicate', at],
      ['stored', at + 1],
    ]);
    expect((await stored()).slice(-2)).toEqual(['a', 'b']);
  });

  it('find the key of both in what another writer wrote before them', async () => {
    const calls = [...(await sendFirst(keyed('a'))), ...(await sendSecond(keyed('b'), keyed('c', { a: 2 })))];
    await appendElsewhere(keyed('other'));
    await release();
    expect(await outcomes(calls)).toEqual([
      ['duplicate', 2],
      ['duplicate', 2],
      ['conflict', 2],
    ]);
    expect(await stored()).toEqual(['zero', 'other']);
    await expect(log.append([named('next')])).resolves.toMatchObject([{ position: 3 }]);
  });
});

describe('two appends in flight on a connection that breaks', () => {
  const bothOnce = async (calls: Promise<Appended[]>[]) => {
    expect(await outcomes(calls)).toEqual([
      ['stored', 2],
      ['stored', 3],
    ]);
    expect(await stored()).toEqual(['zero', 'a', 'b']);
    await expect(log.append([named('next')])).resolves.toMatchObject([{ position: 4 }]);
  };

  it('are stored once each when the server has both, and no answer comes', async () => {
    const calls = [...(await sendFirst(named('a'))), ...(await sendSecond(named('b')))];
    proxy.cut();
    await sleep(100);
    await release();
    await bothOnce(calls);
  });

  it('are stored once each when the answer of the first is lost', async () => {
    const calls = [...(await sendFirst(named('a'))), ...(await sendSecond(named('b')))];
    proxy.loseNextAnswer();
    await release();
    await bothOnce(calls);
  });

  it('are stored once each when the second is lost on the way and arrives late', async () => {
    const calls = await sendFirst(named('a'));
    const deliverLate = proxy.delayNextStatement();
    calls.push(...(await sendSecond(named('b'))));
    await release();
    await bothOnce(calls);
    deliverLate();
    await sleep(200);
    expect(await stored()).toEqual(['zero', 'a', 'b', 'next']);
  });

  it('are stored once each when the second arrives before it is asked for', async () => {
    const calls = await sendFirst(named('a'));
    const deliverLate = proxy.delayNextStatement();
    calls.push(...(await sendSecond(named('b'))));
    deliverLate();
    await sleep(50);
    await release();
    await bothOnce(calls);
  });

  it('are both given up when the database stays away, and the log is written to again when it is back', async () => {
    holder.release(true);
    await log.close();
    await start({ outcomeTimeout: 500 });
    const calls = [...(await sendFirst(named('a'))), ...(await sendSecond(named('b')))];
    const stop = startStopwatch();
    proxy.down();
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ reason: { code: 'outcome_unknown' } });
    }
    expect(stop()).toBeLessThan(1_000);
    await release();
    proxy.restore();
    while (log.unavailable !== undefined) await sleep(20);
    await expect(log.append([named('next')])).resolves.toHaveLength(1);
    expect((await stored()).at(-1)).toBe('next');
  });

  it('keep nobody from closing in time when the server is silent', async () => {
    const calls = [...(await sendFirst(named('a'))), ...(await sendSecond(named('b')))];
    proxy.stall();
    const settled = Promise.allSettled(calls);
    expect((await timed(log.close())).took).toBeLessThan(6_000);
    for (const call of await settled) expect(call).toMatchObject({ reason: { code: 'outcome_unknown' } });
  });

  it('are both written before the appender closes', async () => {
    const calls = [...(await sendFirst(named('a'))), ...(await sendSecond(named('b')))];
    const closing = log.close();
    await release();
    await closing;
    expect(await outcomes(calls)).toEqual([
      ['stored', 2],
      ['stored', 3],
    ]);
  });
});
