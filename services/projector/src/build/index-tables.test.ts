/** Tables of a build once they are full. */
import { createTestDatabase, type TestDatabase } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBuild } from '../generations/create-generation.js';
import { ensureGenerations } from '../generations/ensure-generations.js';
import { makeTables } from '../generations/make-tables.js';
import { writableGeneration } from '../generations/writable-generation.js';
import { tasks } from '../projections/tasks/index.js';
import { indexTables } from './index-tables.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

interface Looks {
  /** Whether autovacuum leaves it alone. */
  is_alone: boolean;
  is_vacuumed: boolean;
  has_statistics: boolean;
  indexes: number;
}

/** Vacuum is read from its counter: a connection that opens to another database may keep pages from being marked. */
async function looksOf(table: string): Promise<Looks> {
  const { rows } = await database.pool().query<Looks>(
    `SELECT coalesce('autovacuum_enabled=off' = ANY (reloptions), false) AS is_alone, pg_stat_get_vacuum_count(oid) > 0 AS is_vacuumed,
            EXISTS (SELECT FROM pg_statistic WHERE starelid = c.oid) AS has_statistics,
            (SELECT count(*)::int FROM pg_index WHERE indrelid = c.oid) AS indexes
     FROM pg_class c WHERE oid = $1::regclass`,
    [table],
  );
  return rows[0] as Looks;
}

describe('tables of a build', () => {
  it('are left alone by autovacuum while they are filled, and then indexed and looked after, and vacuumed where indexes cover reads', async () => {
    const pool = database.pool('att_projector');
    await ensureGenerations(pool, [tasks]);
    const client = await pool.connect();
    const build = writableGeneration(tasks, await createBuild(client, tasks, 1));
    const { id } = build.generation;
    client.release();
    await makeTables(pool, tasks, id);
    const [covered, other, byKey] = ['tasks', 'task_texts', 'task_counts'].map(
      (name) => `projection.${name}_g${id}`,
    ) as [string, string, string];
    const ids = 'FROM generate_series(1, 500) id';
    await pool.query(`INSERT INTO ${covered} SELECT id, 'p', 1, 'task-' || id, id, now() ${ids}`);
    await pool.query(`INSERT INTO ${other} SELECT id, id, 'title ' || id ${ids}`);
    await pool.query(`INSERT INTO ${byKey} SELECT 'agent', 'a' || id, id, '{1}', '{1}' ${ids}`);
    const full = { is_alone: true, is_vacuumed: false, has_statistics: false };
    expect(await looksOf(covered)).toEqual({ ...full, indexes: 1 });
    expect(await looksOf(other)).toEqual({ ...full, indexes: 0 });
    // The second time as after a crash in between.
    for (let times = 0; times < 2; times++) {
      await indexTables(pool, [build], new AbortController().signal);
      const done = { is_alone: false, has_statistics: true };
      expect(await looksOf(covered)).toEqual({ ...done, is_vacuumed: true, indexes: 3 });
      expect(await looksOf(other)).toEqual({ ...done, is_vacuumed: false, indexes: 3 });
      expect(await looksOf(byKey)).toEqual({ ...full, is_alone: false, indexes: 1 });
    }
  });

  it('of a first generation, which serves at once, are looked after from the beginning', async () => {
    const pool = database.pool('att_projector');
    await ensureGenerations(pool, [tasks]);
    expect((await looksOf('projection.tasks_g1')).is_alone).toBe(false);
  });
});
