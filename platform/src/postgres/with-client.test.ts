import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { withClient } from './with-client.js';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = database.pool();
  await pool.query('CREATE TABLE notes (text text)');
});
afterAll(() => database.drop());

const refused = (isReusable?: () => boolean) =>
  withClient(
    pool,
    async (client) => {
      await client.query(`BEGIN; INSERT INTO notes VALUES ('lost')`);
      throw new Error('refused');
    },
    isReusable,
  );
const written = async () => (await pool.query('SELECT FROM notes')).rowCount;

it('gives the connection back', async () => {
  expect(await withClient(pool, async (client) => (await client.query('SELECT 1')).rowCount)).toBe(1);
  expect(pool.idleCount).toBe(pool.totalCount);
});

it('closes the connection of work that failed, with its transaction', async () => {
  await expect(refused()).rejects.toThrow('refused');
  expect(pool.totalCount).toBe(0);
  expect(await written()).toBe(0);
});

it('keeps the connection after a ROLLBACK where that is enough', async () => {
  await pool.query('SELECT 1');
  await expect(refused(() => true)).rejects.toThrow('refused');
  expect(pool.idleCount).toBe(1);
  expect(await written()).toBe(0);
});
