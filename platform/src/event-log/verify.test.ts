import type pg from 'pg';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, newEvent, silentLog, type TestDatabase } from '../testing/index.js';
import { Appender, verifyLog } from './index.js';

const EVENTS = 12;
let database: TestDatabase;
let client: pg.PoolClient;

beforeEach(async () => {
  database = await createTestDatabase();
  const appender = new Appender({
    connectionString: database.connectionString,
    role: 'att_ingest',
    log: silentLog,
    metrics: new Registry(),
  });
  for (let i = 1; i <= EVENTS; i++) await appender.append([newEvent({ taskId: `t${i}` })]);
  await appender.close();
  client = await database.pool().connect();
});

afterEach(async () => {
  client.release();
  await database.drop();
});

/** What somebody with the whole database in hand can do: no trigger holds them. */
async function tamper(statement: string): Promise<void> {
  await client.query(`
    ALTER TABLE log.events DISABLE TRIGGER ALL;
    ALTER TABLE log.head DISABLE TRIGGER ALL;
    ${statement};`);
}

describe('verifying the log', () => {
  it('finds that an untouched one holds, an empty one too', async () => {
    expect(await verifyLog(client)).toEqual({ verified: EVENTS });
    await tamper(
      "TRUNCATE log.events; UPDATE log.head SET position = 0, hash = decode(repeat('00', 32), 'hex')",
    );
    expect(await verifyLog(client)).toEqual({ verified: 0 });
  });

  it('finds that erased payloads leave the proof whole', async () => {
    await tamper('UPDATE log.events SET data = NULL, salt = NULL WHERE position IN (3, 4)');
    expect(await verifyLog(client)).toEqual({ verified: EVENTS });
  });

  it.each([
    ['a changed payload', `UPDATE log.events SET data = '{"x":1}' WHERE position = 5`, 5],
    [
      'a payload that only lost a space',
      `UPDATE log.events SET data = (data::text || ' ')::json WHERE position = 5`,
      5,
    ],
    ['a changed agent', "UPDATE log.events SET agent = 'somebody' WHERE position = 7", 7],
    [
      'a changed time',
      "UPDATE log.events SET recorded_at = recorded_at + interval '1 ms' WHERE position = 7",
      7,
    ],
    ['a forged hash', 'UPDATE log.events SET hash = data_hash WHERE position = 4', 4],
    ['a dropped record', 'DELETE FROM log.events WHERE position = 6', 6],
    ['a dropped first record', 'DELETE FROM log.events WHERE position = 1', 1],
    ['a dropped last record', `DELETE FROM log.events WHERE position = ${EVENTS}`, EVENTS],
    [
      'a dropped end, head included',
      `DELETE FROM log.events WHERE position > 9; UPDATE log.head SET position = 9`,
      9,
    ],
    [
      'two records that changed places',
      'UPDATE log.events SET position = 100 WHERE position = 3; UPDATE log.events SET position = 3 WHERE position = 4; UPDATE log.events SET position = 4 WHERE position = 100',
      3,
    ],
    [
      'an inserted record',
      'UPDATE log.events SET position = -position WHERE position >= 8; UPDATE log.events SET position = 1 - position WHERE position < 0; INSERT INTO log.events SELECT 8, recorded_at, occurred_at, gen_random_uuid(), type, project, task_id, agent, actor, null, data_hash, hash, salt, data FROM log.events WHERE position = 7; UPDATE log.head SET position = position + 1',
      8,
    ],
    [
      'a record behind the head',
      'INSERT INTO log.events SELECT 13, recorded_at, occurred_at, gen_random_uuid(), type, project, task_id, agent, actor, null, data_hash, hash, salt, data FROM log.events WHERE position = 12',
      13,
    ],
  ])('names the position of %s', async (_, statement, position) => {
    await tamper(statement);
    expect((await verifyLog(client)).broken).toMatchObject({ position });
  });
});
