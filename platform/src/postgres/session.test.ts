/** A session is what it has to be, or is refused, whatever settings and poolers there are. */
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createTestDatabase,
  HOSTILE_SETTINGS,
  silentLog,
  type TestDatabase,
  until,
} from '../testing/index.js';
import { connectionConfig, createPool, Session } from './index.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

async function setForDatabase(setting: string, value: string): Promise<void> {
  const name = new URL(database.connectionString).pathname.slice(1);
  await database.pool().query(`ALTER DATABASE ${name} SET ${setting} = ${value}`);
}

async function shown(client: pg.Client, setting: string): Promise<string> {
  const { rows } = await client.query('SELECT current_setting($1) AS now', [setting]);
  return rows[0].now;
}

const open = (over: Partial<Parameters<typeof connectionConfig>[0]> = {}) =>
  new Session(
    connectionConfig({ connectionString: database.connectionString, role: undefined, name: 'test', ...over }),
  );

describe('a session', () => {
  it.each(HOSTILE_SETTINGS)('on a database with %s = %s has %s', async (setting, value, has) => {
    await setForDatabase(setting, value);
    const session = await open().connect();
    expect(await shown(session, setting)).toBe(has);
    await session.end();
  });

  it('has its settings also from a pool, with a role', async () => {
    await setForDatabase('TimeZone', "'Asia/Tokyo'");
    const pool = createPool({
      connectionString: database.connectionString,
      role: 'att_reader',
      max: 1,
      name: 'test',
      log: silentLog,
      timeouts: { statement: 2_500, idleInTransaction: 7_200_000 },
    });
    const { rows } = await pool.query(
      `SELECT current_user AS role, current_setting('TimeZone') AS zone,
         current_setting('statement_timeout') AS statement,
         current_setting('idle_in_transaction_session_timeout') AS idle`,
    );
    expect(rows).toEqual([{ role: 'att_reader', zone: 'UTC', statement: '2500ms', idle: '2h' }]);
    await pool.end();
  });

  it('keeps options of the connection string, but for what it sets itself', async () => {
    const url = new URL(database.connectionString);
    url.searchParams.set('options', '-c work_mem=12345kB -c TimeZone=Asia/Tokyo -c role=att_ingest');
    const session = await open({ connectionString: url.href, role: 'att_reader' }).connect();
    expect(await shown(session, 'work_mem')).toBe('12345kB');
    expect(await shown(session, 'TimeZone')).toBe('UTC');
    expect(await shown(session, 'role')).toBe('att_reader');
    await session.end();
  });

  it.each([
    'replication=database',
    'binary=true',
    'query_timeout=1',
    'statement_timeout=1',
    'lock_timeout=1',
  ])('does not obey ?%s of the connection string', async (parameter) => {
    const session = await open({
      connectionString: `${database.connectionString}?${parameter}`,
    }).connect();
    const { rows } = await session.query('SELECT 1 + 1 AS two FROM pg_sleep(0.05)');
    expect(rows).toEqual([{ two: 2 }]);
    await session.end();
  });

  it('keeps what it set when the server reads its settings anew', async () => {
    const session = await open().connect();
    const bare = new pg.Client(database.connectionString);
    await bare.connect();
    await bare.query('ALTER SYSTEM SET synchronous_commit = off');
    try {
      await bare.query('SELECT pg_reload_conf()');
      await until(
        'the server has read them',
        async () => (await shown(bare, 'synchronous_commit')) === 'off',
      );
      expect(await shown(session, 'synchronous_commit')).toBe('on');
    } finally {
      await bare.query('ALTER SYSTEM RESET synchronous_commit');
      await bare.query('SELECT pg_reload_conf()');
      await Promise.all([session.end(), bare.end()]);
    }
  });

  it('without its settings is refused, and closed', async () => {
    // Something between that takes the statement and does not hand it on.
    class Deaf extends Session {
      override query(): never {
        const answer = { rows: [{ pid: 1, user_name: 'postgres', values: ['LATIN1', 'Asia/Tokyo'] }] };
        return Promise.resolve([answer]) as never;
      }
    }
    const deaf = new Deaf(
      connectionConfig({
        connectionString: database.connectionString,
        role: 'att_reader',
        name: 'test',
      }),
    );
    const refused = expect(deaf.connect()).rejects;
    await refused.toThrow(/client_encoding is LATIN1 instead of UTF8, TimeZone is Asia\/Tokyo/);
    await refused.toThrow('the current user is postgres instead of att_reader');
    expect(deaf.connection.stream.destroyed).toBe(true);
  });

  it('whose role is lost says so, and a pool fails whoever asks for a connection', async () => {
    const connectionString = database.connectionString;
    const pool = createPool({
      connectionString,
      role: 'att_nobody' as 'att_reader',
      max: 1,
      name: 'test',
      log: silentLog,
    });
    await expect(pool.query('SELECT 1')).rejects.toThrow('role "att_nobody" does not exist');
    await pool.end();
  });
});
