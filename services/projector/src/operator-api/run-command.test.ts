import { generationEvent } from '@att/platform/event-log';
import { createPool } from '@att/platform/postgres';
import {
  createDatabaseProxy,
  createTestDatabase,
  silentLog,
  type TcpProxy,
  type TestDatabase,
  throughProxy,
} from '@att/platform/testing';
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRunCommand, type RunCommand } from './run-command.js';
import { setPaused } from './set-paused.js';

let database: TestDatabase;
let proxy: TcpProxy;
let pool: Pool;
let runCommand: RunCommand;
beforeEach(async () => {
  database = await createTestDatabase();
  proxy = await createDatabaseProxy(database.connectionString);
  const connectionString = throughProxy(database.connectionString, proxy);
  pool = createPool({ connectionString, role: 'att_projector', max: 1, name: 'test', log: silentLog });
  runCommand = createRunCommand(pool, 'att_ingest');
});
afterEach(async () => {
  await pool.end();
  await proxy.close();
  await database.drop();
});

const event = generationEvent('projection.paused', 'operator', {
  projection: 'tasks',
  generation: 1,
  version: 1,
});

async function state() {
  const { rows } = await database
    .pool()
    .query(
      'SELECT (SELECT count(*) FROM projection.paused) AS paused, (SELECT position FROM log.head) AS recorded',
    );
  return rows[0];
}

describe('a command', () => {
  it('is done and recorded, or neither', async () => {
    const refusal = new Error('refused');
    const refused = runCommand(async (client) => {
      await setPaused(client, 'tasks', true);
      throw refusal;
    });
    await expect(refused).rejects.toBe(refusal);
    expect(await state()).toEqual({ paused: 0, recorded: 0 });
    const answer = await runCommand(async (client) => {
      await setPaused(client, 'tasks', true);
      return { events: [event], answer: 'done' };
    });
    expect(answer).toBe('done');
    expect(await state()).toEqual({ paused: 1, recorded: 1 });
  });

  it('that cannot be recorded is not done', async () => {
    const unrecordable = { ...event, payload: Buffer.from('no JSON') };
    const failed = runCommand(async (client) => {
      await setPaused(client, 'tasks', true);
      return { events: [unrecordable], answer: undefined };
    });
    await expect(failed).rejects.toThrow('json');
    expect(await state()).toEqual({ paused: 0, recorded: 0 });
  });

  it('whose commit is lost is reported as unknown, and the next one has a connection', async () => {
    const lost = runCommand(async (client) => {
      await setPaused(client, 'tasks', true);
      proxy.loseNextAnswer();
      return { events: [], answer: undefined };
    });
    await expect(lost).rejects.toMatchObject({ code: 'outcome_unknown' });
    await runCommand(async () => ({ events: [event], answer: undefined }));
    expect(await state()).toEqual({ paused: 1, recorded: 1 });
  });
});
