import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestAppender, createTestDatabase, newEvent, type TestDatabase } from '../testing/index.js';
import { findOpenGuards, verifyLog } from './index.js';
import { readLink } from './read-proven.js';

const EVENTS = 12;
let database: TestDatabase;
let client: pg.PoolClient;

beforeEach(async () => {
  database = await createTestDatabase();
  const appender = createTestAppender(database.connectionString);
  for (let i = 1; i <= EVENTS; i++) await appender.append([newEvent({ taskId: `t${i}` })]);
  await appender.close();
  client = await database.pool().connect();
});

afterEach(async () => {
  client.release();
  await database.drop();
});

/** Changes the log with every trigger off, as the owner of the database can. */
async function tamper(statement: string): Promise<void> {
  await client.query(`
    ALTER TABLE log.events DISABLE TRIGGER ALL;
    ALTER TABLE log.head DISABLE TRIGGER ALL;
    ${statement};`);
}

describe('verifying the log', () => {
  it('finds no break in an untouched log, nor in an empty one', async () => {
    expect(await verifyLog(client)).toMatchObject({ verified: EVENTS, breaks: [] });
    await tamper(
      "TRUNCATE log.events; UPDATE log.head SET position = 0, hash = decode(repeat('00', 32), 'hex')",
    );
    expect(await verifyLog(client)).toMatchObject({ verified: 0, breaks: [] });
  });

  it('finds that erased payloads leave the proof whole', async () => {
    await tamper('UPDATE log.events SET data = NULL, salt = NULL WHERE position IN (3, 4)');
    expect(await verifyLog(client)).toMatchObject({ verified: EVENTS, breaks: [] });
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
    expect((await verifyLog(client)).breaks).toMatchObject([{ position }]);
  });

  it('counts erased payloads', async () => {
    await tamper('UPDATE log.events SET data = NULL, salt = NULL WHERE position IN (3, 4)');
    expect(await verifyLog(client)).toMatchObject({ verified: EVENTS, erased: 2 });
    expect(await verifyLog(client, { after: 3 })).toMatchObject({ verified: EVENTS, erased: 1 });
  });

  it('starts after a given position, and trusts the record at it', async () => {
    await tamper("UPDATE log.events SET agent = 'somebody' WHERE position = 4");
    expect(await verifyLog(client, { after: 4 })).toMatchObject({ verified: EVENTS, breaks: [] });
    expect(await verifyLog(client, { after: 3 })).toMatchObject({ verified: 3, breaks: [{ position: 4 }] });
    expect(await verifyLog(client, { after: EVENTS })).toMatchObject({ verified: EVENTS, breaks: [] });
    await tamper('DELETE FROM log.events WHERE position = 6');
    expect(await verifyLog(client, { after: 6 })).toMatchObject({ verified: 5, breaks: [{ position: 6 }] });
  });

  it('goes on past breaks, and names each once', async () => {
    await tamper(`
      UPDATE log.events SET agent = 'somebody' WHERE position = 2;
      DELETE FROM log.events WHERE position IN (5, 6);
      UPDATE log.events SET data = '{}' WHERE position = 9`);
    const { verified, breaks } = await verifyLog(client, { goesOn: true });
    expect([verified, breaks.map(({ position }) => position)]).toEqual([1, [2, 5, 9]]);
    expect(breaks[1]?.reason).toBe('the records up to 6 are missing');
  });

  it('compares the log with checkpoints that were stored elsewhere', async () => {
    const hashAt = async (position: number) => (await readLink(client, position))?.hash as string;
    const kept = new Map([
      [4, await hashAt(4)],
      [9, await hashAt(9)],
    ]);
    for (const after of [0, 4, 6, 10]) {
      expect(await verifyLog(client, { after, expected: kept })).toMatchObject({ breaks: [] });
      const other = new Map([...kept, [7, await hashAt(8)]]);
      expect(await verifyLog(client, { after, expected: other })).toMatchObject({
        verified: 6,
        breaks: [{ position: 7, reason: expect.stringContaining('not the expected one') }],
      });
    }
    await tamper(`
      DELETE FROM log.events WHERE position > 7;
      UPDATE log.head SET (position, hash) = (SELECT position, hash FROM log.events WHERE position = 7)`);
    expect(await verifyLog(client)).toMatchObject({ verified: 7, breaks: [] });
    expect(await verifyLog(client, { expected: kept })).toMatchObject({
      breaks: [{ position: 8, reason: expect.stringContaining('its end was cut off') }],
    });
  });
});

describe('the triggers that guard the log', () => {
  it('are all on in a fresh log, and are named when they are not', async () => {
    expect(await findOpenGuards(client)).toEqual([]);
    await client.query(`
      ALTER TABLE log.events DISABLE TRIGGER events_no_delete;
      ALTER TABLE log.events ENABLE TRIGGER events_no_update;
      DROP TRIGGER head_no_truncate ON log.head;
      ALTER TABLE log.head DISABLE TRIGGER head_time`);
    expect(await findOpenGuards(client)).toEqual([
      'log.events: events_no_update is not enabled in every session',
      'log.events: events_no_delete is disabled',
      'log.head: head_no_truncate is missing',
      'log.head: head_time is disabled',
    ]);
  });
});
