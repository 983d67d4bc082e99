import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { appendWithin, readLogIdentity, recogniseLog } from '../event-log/index.js';
import {
  createTestDatabase,
  newEvent,
  silentLog,
  type TestDatabase,
  timed,
  until,
} from '../testing/index.js';
import { compactTables, createHotTableMetrics } from './compact-tables.js';

let database: TestDatabase;
let metrics: ReturnType<typeof createHotTableMetrics>;

beforeEach(async () => {
  database = await createTestDatabase();
  metrics = createHotTableMetrics(new Registry());
});

afterEach(() => database.drop());

const compactHead = () => compactTables(database.pool(), { tables: ['log.head'], log: silentLog, metrics });
const pages = async () =>
  (await database.pool().query("SELECT pg_relation_size('log.head') / 8192 AS pages")).rows[0]
    .pages as number;

/** The server's own vacuum may have the lock just now, and is not waited for. */
const compactedToFew = () =>
  until('the pages are given back', async () => {
    await compactHead();
    return (await pages()) < 5;
  });

async function churn(updates: number): Promise<void> {
  await database.pool().query(`DO $$ BEGIN
    FOR i IN 1..${updates} LOOP UPDATE log.head SET hash = sha256(hash); COMMIT; END LOOP;
  END $$`);
}

async function append(): Promise<void> {
  const client = await database.pool().connect();
  try {
    await client.query('BEGIN');
    await appendWithin(client, undefined, [newEvent()], new Date().toISOString());
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

it('gives back the pages that a long snapshot left, once it has gone, and changes nothing else', async () => {
  const pool = database.pool();
  await recogniseLog(pool);
  const snapshot = await pool.connect();
  await snapshot.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await snapshot.query('SELECT FROM log.events');
  await churn(6_000);
  const bloated = await pages();
  expect(bloated).toBeGreaterThan(64);
  await compactHead();
  // Nothing may go yet, so nothing is copied.
  expect(await pages()).toBe(bloated);
  await snapshot.query('COMMIT');
  snapshot.release();
  const before = await readLogIdentity(pool);
  await compactedToFew();
  expect((await metrics.pages.get()).values[0]?.value).toBeLessThan(5);
  expect((await metrics.compacted.get()).values[0]?.value).toBe(1);
  expect(await readLogIdentity(pool)).toEqual(before);
  expect(await recogniseLog(pool)).toMatchObject({ isRenewed: false });
  await append();
});

it('does not let writers wait while somebody reads the table for long', async () => {
  const reader = await database.pool().connect();
  await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM log.events');
  await churn(6_000);
  // A lock is held from now on, and no snapshot that holds what is dead.
  await reader.query('COMMIT; BEGIN; LOCK TABLE log.head IN ACCESS SHARE MODE');
  expect((await timed(Promise.all([compactHead(), append()]))).took).toBeLessThan(5_000);
  expect(await pages()).toBeGreaterThan(1);
  await reader.query('COMMIT');
  reader.release();
  await compactedToFew();
});
