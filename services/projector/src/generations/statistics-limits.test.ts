import { createTestDatabase, type TestDatabase } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECTIONS } from '../projections/index.js';
import { createBuild } from './create-generation.js';
import { ensureGenerations } from './ensure-generations.js';
import { makeTables } from './make-tables.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/** Columns that have statistics, with those that have none after a dash. */
async function columnsOf(table: string): Promise<string> {
  const { rows } = await database.pool().query<{ names: string }>(
    `SELECT string_agg(attname, ' ' ORDER BY attname) FILTER (WHERE attstattarget IS NULL) || ' - ' ||
            string_agg(attname, ' ' ORDER BY attname) FILTER (WHERE attstattarget = 0) AS names
     FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0`,
    [table],
  );
  return rows[0]?.names as string;
}

describe('statistics', () => {
  it('are kept of what indexes have, those of a first generation and those that a build will have', async () => {
    const pool = database.pool('att_projector');
    await ensureGenerations(pool, PROJECTIONS);
    const [tasks] = PROJECTIONS.filter(({ name }) => name === 'tasks');
    if (tasks === undefined) throw new Error('no tasks');
    const client = await pool.connect();
    const build = await createBuild(client, tasks, 1);
    client.release();
    await makeTables(pool, tasks, build.id);
    for (const generation of [1, build.id]) {
      expect(await columnsOf(`projection.task_messages_g${generation}`)).toBe('text - chunk ids positions');
      expect(await columnsOf(`projection.task_counts_g${generation}`)).toBe(
        'first kind value - total valid_from',
      );
    }
    const { rows } = await database
      .pool()
      .query('SELECT indexname FROM pg_indexes WHERE tablename = $1', [`task_messages_g${build.id}`]);
    expect(rows).toEqual([]);
  });
});
