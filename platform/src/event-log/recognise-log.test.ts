import type { Pool } from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, cutLog, newEvent, type TestDatabase } from '../testing/index.js';
import { appendWithin, readLogIdentity, recogniseLog } from './index.js';

let database: TestDatabase;
let pool: Pool;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = database.pool();
  const client = await pool.connect();
  await client.query('BEGIN');
  await appendWithin(client, undefined, [newEvent(), newEvent(), newEvent()], new Date().toISOString());
  await client.query('COMMIT');
  client.release();
});

afterEach(() => database.drop());

it('keeps the epoch of a log that has not moved, and writes nothing', async () => {
  const before = await readLogIdentity(pool);
  const version = async () => (await pool.query('SELECT xmin::text FROM log.head')).rows[0].xmin;
  const written = await version();
  expect(await recogniseLog(pool, before)).toMatchObject({
    epoch: before.epoch,
    isRenewed: false,
    isServerKnown: true,
  });
  expect(await version()).toBe(written);
});

it.each(['system_identifier', 'timeline', 'database_oid', 'table_oid'])(
  'renews the epoch once when the %s has changed, however many callers ask',
  async (column) => {
    const { epoch } = await readLogIdentity(pool);
    await pool.query(`UPDATE log.head SET ${column} = ${column} + 1`);
    const asked = await Promise.all(
      Array.from({ length: 4 }, (_, index) =>
        recogniseLog(database.pool(index % 2 === 0 ? 'att_ingest' : 'att_projector')),
      ),
    );
    expect(asked.filter(({ isRenewed }) => isRenewed)).toHaveLength(1);
    const after = (await readLogIdentity(pool)).epoch;
    expect(after).not.toBe(epoch);
    expect((await recogniseLog(pool)).epoch).toBe(after);
  },
);

it('renews the epoch once for all callers that remember a lost event, and not for an event of another epoch', async () => {
  const remembered = await readLogIdentity(pool);
  await cutLog(pool, 1);
  const reader = database.pool('att_reader');
  const asked = await Promise.all([1, 2, 3].map(() => recogniseLog(reader, remembered)));
  expect(asked.filter(({ isRenewed }) => isRenewed)).toHaveLength(1);
  const { epoch } = await readLogIdentity(pool);
  expect(epoch).not.toBe(remembered.epoch);
  expect(await recogniseLog(reader, remembered)).toMatchObject({ epoch, isRenewed: false });
});

it('reports that the server’s identity cannot be read, and still notices a lost event', async () => {
  const owner = `att_test_owner_${process.pid}`;
  await pool.query(`
    CREATE ROLE ${owner};
    GRANT USAGE ON SCHEMA log TO ${owner};
    GRANT SELECT, UPDATE ON log.head TO ${owner};
    GRANT SELECT ON log.events TO ${owner};
    REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC;
    ALTER FUNCTION log.recognise(uuid, bigint, bytea) OWNER TO ${owner}`);
  try {
    await pool.query('UPDATE log.head SET timeline = timeline + 1');
    const remembered = await readLogIdentity(pool);
    expect(await recogniseLog(pool, remembered)).toMatchObject({ isRenewed: false, isServerKnown: false });
    await cutLog(pool, 1);
    expect(await recogniseLog(pool, remembered)).toMatchObject({ isRenewed: true, isServerKnown: false });
  } finally {
    await pool.query(`DROP OWNED BY ${owner} CASCADE; DROP ROLE ${owner}`);
  }
});
