/** The lease on a real database: one relay has it, and one that lost it knows. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createTestDatabase,
  silentLog,
  startStopwatch,
  type TestDatabase,
  until,
} from '@att/platform/testing';
import type { Pool } from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lease, standBy } from './lease.js';
import type { RelayProgress } from './lease-row.js';

let database: TestDatabase;
let pool: Pool;
const leases: Lease[] = [];
const stopping = new AbortController();

beforeEach(async () => {
  database = await createTestDatabase();
  pool = database.pool('att_ingest');
});
afterEach(async () => {
  await Promise.all(leases.splice(0).map((lease) => lease.release()));
  await database.drop();
});

async function take(): Promise<Lease> {
  const lease = await standBy(pool, silentLog, stopping.signal);
  if (lease === undefined) throw new Error('nobody aborts');
  leases.push(lease);
  return lease;
}

const progress = (position: number): RelayProgress => ({
  topic: 'cluster/topic',
  epoch: '0198a000-0000-4000-8000-000000000002',
  position,
  hash: position.toString(16).padStart(64, '0'),
  partitions: [
    { position, offset: 2 ** 40 },
    { position: 0, offset: -1 },
  ],
});

const row = async () => (await database.pool().query('SELECT * FROM log.relay')).rows[0];

it('is one relay’s alone, for longer than its term, and the next one’s as soon as it is given back', async () => {
  const first = await take();
  const next = take();
  await sleep(4_000);
  expect(first.isHeld()).toBe(true);
  const elapsed = startStopwatch();
  await first.release();
  await next;
  expect(elapsed()).toBeLessThan(2_500);
});

it('hands progress to the next relay, also what was reported just before it was given back', async () => {
  const first = await take();
  expect(first.progress).toBeUndefined();
  first.report(progress(7));
  await until('it is written down', async () => (await row()).position === 7);
  first.report(progress(8));
  await first.release();
  expect((await take()).progress).toEqual(progress(8));
});

it('is lost to a relay that takes it after its end by the database’s clock', async () => {
  const first = await take();
  const { owner } = await row();
  let second: Lease | undefined;
  const taking = take().then((lease) => {
    second = lease;
  });
  await until('the second has it', async () => {
    // Renewed just now, it has not expired: then it expires once more.
    await database
      .pool()
      .query('UPDATE log.relay SET expires_at = clock_timestamp() WHERE owner = $1', [owner]);
    return second !== undefined;
  });
  await taking;
  await until('the first knows', () => first.lost.aborted);
  expect(first.isHeld()).toBe(false);
  expect(second?.isHeld()).toBe(true);
});

it('is lost where the row went back with its database', async () => {
  const first = await take();
  first.report(progress(7));
  await until('it is written down', async () => (await row()).position === 7);
  await database.pool().query(`UPDATE log.relay SET position = 5`);
  await until('the first knows', () => first.lost.aborted);
});

it('is free where it ends later than any could: the database’s clock was set back', async () => {
  const first = await take();
  await first.release();
  await database.pool().query(`UPDATE log.relay SET expires_at = clock_timestamp() + interval '1 hour'`);
  await take();
});

it('is not held by a relay whose renewals do not come through, once its term is over', async () => {
  const first = await take();
  const locker = await database.pool().connect();
  await locker.query('BEGIN; SELECT FROM log.relay FOR UPDATE');
  await sleep(3_100);
  expect(first.isHeld()).toBe(false);
  await locker.query('COMMIT');
  locker.release();
});
