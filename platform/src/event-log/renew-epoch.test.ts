import { afterEach, expect, it } from 'vitest';
import { createTestAppender, createTestDatabase, newEvent, type TestDatabase } from '../testing/index.js';
import { readLogIdentity, renewEpoch, verifyLog } from './index.js';

let database: TestDatabase;
afterEach(() => database.drop());

it('renewEpoch changes the epoch alone: it adds no event, and the hash chain still verifies', async () => {
  database = await createTestDatabase();
  const appender = createTestAppender(database.connectionString);
  await appender.append([newEvent(), newEvent()]);
  const pool = database.pool();
  const before = await readLogIdentity(pool);
  const renewed = await renewEpoch(pool);
  expect(renewed).toEqual({ epoch: expect.stringMatching(/^[0-9a-f-]{36}$/), position: 2 });
  expect(renewed.epoch).not.toBe(before.epoch);
  expect(await readLogIdentity(pool)).toEqual({ ...before, epoch: renewed.epoch });
  // An appender that was connected before goes on.
  await appender.append([newEvent()]);
  const client = await pool.connect();
  expect(await verifyLog(client)).toMatchObject({ verified: 3 });
  client.release();
  await appender.close();
});

it('the services’ roles may not renew the epoch', async () => {
  database = await createTestDatabase();
  const client = await database.pool().connect();
  await client.query('SET ROLE att_ingest');
  await expect(renewEpoch(client)).rejects.toThrow(/permission denied/);
  await client.query('RESET ROLE');
  client.release();
});
