import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestAppender, createTestDatabase, newEvent, type TestDatabase } from '../testing/index.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const appender = createTestAppender(database.connectionString);
  await appender.append([newEvent(), newEvent(), newEvent()]);
  await appender.close();
});

afterAll(() => database.drop());

/** Runs a statement as the owner, or as another role, in a transaction that is undone. */
async function attempt(statement: string, role?: string): Promise<void> {
  const client = await database.pool().connect();
  try {
    await client.query('BEGIN');
    if (role !== undefined) await client.query(`SET LOCAL ROLE ${role}`);
    await client.query(statement);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

describe('the log, to its owner', () => {
  it.each([
    ["UPDATE log.events SET data = '{}'", /only an erasure/],
    ['UPDATE log.events SET recorded_at = now() WHERE position = 1', /only an erasure/],
    ['UPDATE log.events SET data = NULL, salt = NULL', /only an erasure/],
    ['DELETE FROM log.events WHERE position = 3', /DELETE .* is refused/],
    ['TRUNCATE log.events', /TRUNCATE .* is refused/],
    ['DELETE FROM log.head', /DELETE .* is refused/],
    ['TRUNCATE log.head', /TRUNCATE .* is refused/],
    ['UPDATE log.head SET position = 1', /UPDATE .* is refused/],
    ["UPDATE log.head SET recorded_at = 'epoch'", /UPDATE .* is refused/],
  ])('refuses %s', async (statement, message) => {
    await expect(attempt(statement)).rejects.toThrow(message);
  });

  it('refuses also where ordinary triggers are silent', async () => {
    const statement = 'SET LOCAL session_replication_role = replica; DELETE FROM log.events';
    await expect(attempt(statement)).rejects.toThrow(/is refused/);
  });
});

describe('an erasure', () => {
  it('is open to its role, for payload and salt together', async () => {
    await attempt('UPDATE log.events SET data = NULL, salt = NULL WHERE position = 2', 'att_eraser');
  });

  it.each([
    'UPDATE log.events SET data = NULL WHERE position = 2',
    "UPDATE log.events SET data = '{}', salt = salt WHERE position = 2",
    "UPDATE log.events SET agent = 'x', data = NULL, salt = NULL WHERE position = 2",
  ])('is nothing else: %s', async (statement) => {
    await expect(attempt(statement, 'att_eraser')).rejects.toThrow(/only an erasure|permission denied/);
  });
});

describe('the roles that services connect with', () => {
  const insert =
    "INSERT INTO log.events SELECT 99, recorded_at, null, gen_random_uuid(), 't', 'p', 't', 'a', 'x', null, data_hash, hash, salt, data FROM log.events LIMIT 1";

  it.each([
    ['att_ingest', "UPDATE log.events SET agent = 'x'"],
    ['att_ingest', 'DELETE FROM log.events'],
    ['att_ingest', 'TRUNCATE log.events'],
    ['att_ingest', 'UPDATE log.head SET epoch = gen_random_uuid()'],
    ['att_ingest', 'CREATE TABLE log.mine (x int)'],
    ['att_projector', insert],
    ['att_projector', 'UPDATE log.head SET position = position + 1'],
    ['att_reader', insert],
    ['att_reader', 'UPDATE log.head SET position = position + 1'],
    ['att_reader', 'UPDATE projection.generations SET position = 0'],
    ['att_eraser', insert],
  ])('%s may not %s', async (role, statement) => {
    await expect(attempt(statement, role)).rejects.toThrow(/permission denied/);
  });

  it('lets ingest append and read', async () => {
    await attempt(insert, 'att_ingest');
  });
});
