import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createDatabaseProxy,
  createTestDatabase,
  silentLog,
  type TcpProxy,
  type TestDatabase,
  throughProxy,
  timed,
} from '../testing/index.js';
import { createPool } from './index.js';

let database: TestDatabase;
let proxy: TcpProxy;

beforeEach(async () => {
  database = await createTestDatabase();
  proxy = await createDatabaseProxy(database.connectionString);
});
afterEach(async () => {
  await proxy.close();
  await database.drop();
});

const open = () => {
  const connectionString = throughProxy(database.connectionString, proxy);
  return createPool({ connectionString, role: undefined, max: 2, name: 'test', log: silentLog });
};

/** Milliseconds of a stopwatch that it takes. */
const took = async (work: Promise<unknown>) => (await timed(work)).took;

describe('the end of a pool', () => {
  it('waits for statements under way', async () => {
    const pool = open();
    const answer = pool.query(`SELECT 'done' AS word FROM pg_sleep(0.5)`);
    expect(await took(pool.end())).toBeLessThan(3_000);
    expect((await answer).rows).toEqual([{ word: 'done' }]);
  });

  it('comes within 6 s when the server says nothing more, and fails what waits for it', async () => {
    const pool = open();
    const borrowed = await pool.connect();
    proxy.stall();
    const query = borrowed.query('SELECT 1').finally(() => borrowed.release(true));
    const lost = expect(query).rejects.toThrow('Connection terminated');
    expect(await took(pool.end())).toBeLessThan(6_500);
    await lost;
  });

  it('comes also when a connection is never given back', async () => {
    const pool = open();
    await pool.connect();
    expect(await took(pool.end())).toBeLessThan(6_500);
  });

  it('is refused the second time, as by pg', async () => {
    const pool = open();
    await pool.end();
    await expect(pool.end()).rejects.toThrow('more than once');
  });
});
