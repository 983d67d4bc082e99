/** The statements of the log name the columns that its table has: a migration cannot add one that they miss. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { EVENT_COLUMNS, PROVEN_EVENT_COLUMNS } from './event-columns.js';
import { STORED_COLUMNS } from './insert-batch.js';

let database: TestDatabase;
/** Columns of `log.events` and their types. */
let columns: Map<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  const { rows } = await database.pool().query<{ name: string; type: string }>(
    `SELECT attname AS name, atttypid::regtype::text AS type FROM pg_attribute
     WHERE attrelid = 'log.events'::regclass AND attnum > 0 AND NOT attisdropped`,
  );
  columns = new Map(rows.map(({ name, type }) => [name, type]));
});
afterAll(() => database.drop());

const LONG_NAMES: Readonly<Record<string, string>> = { timestamptz: 'timestamp with time zone' };

it('an insert gives each column a value of its type', () => {
  const stored = STORED_COLUMNS.map(({ name, type }): [string, string] => [name, LONG_NAMES[type] ?? type]);
  // All events of a batch have one time, which is a parameter of its own.
  stored.push(['recorded_at', 'timestamp with time zone']);
  expect(new Map(stored.toSorted())).toEqual(new Map([...columns].toSorted()));
});

it('readers select each column but the idempotency key', () => {
  const words = new Set(PROVEN_EVENT_COLUMNS.match(/\w+/g));
  expect([...columns.keys()].filter((name) => !words.has(name))).toEqual(['idempotency_key']);
});

it('each select list fits the table', async () => {
  const fields = async (list: string) =>
    (await database.pool().query(`SELECT ${list} FROM log.events`)).fields.map(({ name }) => name);
  const event = await fields(EVENT_COLUMNS);
  expect(event.at(-1)).toBe('data_text');
  expect(await fields(PROVEN_EVENT_COLUMNS)).toEqual([...event, 'salt', 'data_hash', 'hash']);
});

it('the guard against changes compares each column that an erasure leaves', async () => {
  const { rows } = await database
    .pool()
    .query<{ body: string }>(`SELECT pg_get_functiondef('log.refuse_all_but_erasure'::regproc) AS body`);
  const body = rows[0]?.body ?? '';
  const compared = [...columns.keys()].filter((name) => new RegExp(`\\bOLD\\.${name}\\b`).test(body));
  expect([...columns.keys()].filter((name) => !compared.includes(name)).toSorted()).toEqual(['data', 'salt']);
});
