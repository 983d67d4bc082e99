import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { wireTimeOf } from './types.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const TIMES = ['2026-01-31T12:00:00.500Z', '2026-07-01T00:00:00.000Z', '1850-03-01T23:59:59.999Z'];

describe('a time that PostgreSQL writes', () => {
  // The last ones differ from UTC by minutes, and by seconds in 1850.
  it.each(['UTC', 'Asia/Tokyo', 'America/St_Johns', 'Asia/Kathmandu', 'Europe/Amsterdam'])(
    'means the same when the session has the zone %s',
    async (zone) => {
      const client = await database.pool().connect();
      await client.query(`SET TimeZone = '${zone}'`);
      for (const time of TIMES) {
        expect((await client.query('SELECT $1::timestamptz(3) AS time', [time])).rows).toEqual([{ time }]);
      }
      client.release(true);
    },
  );

  it('is refused in a style that does not say which number is the month', async () => {
    const client = await database.pool().connect();
    for (const style of ['German, DMY', 'SQL, DMY', 'Postgres, MDY']) {
      await client.query(`SET DateStyle = '${style}'`);
      await expect(client.query('SELECT now()')).rejects.toThrow('not in ISO style');
    }
    client.release(true);
  });

  it('keeps milliseconds, and no more of them', () => {
    expect(wireTimeOf('2026-01-31 12:00:00+00')).toBe('2026-01-31T12:00:00.000Z');
    expect(wireTimeOf('2026-01-31 12:00:00.123456+00')).toBe('2026-01-31T12:00:00.123Z');
    expect(wireTimeOf('2026-01-31 12:00:00.123456+05:30')).toBe('2026-01-31T06:30:00.123Z');
  });
});
