/** How tasks are found that memory has let go, or that are new. */
import { createTestDatabase, type TestDatabase } from '@att/platform/testing';
import type { Pool, PoolClient } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureGenerations } from '../../generations/ensure-generations.js';
import { wholeReads } from '../../testing/whole-reads.js';
import { tasks } from './index.js';
import { loadTasks } from './load-tasks.js';

const TABLES = {
  tasks: 'projection.tasks_g1',
  versions: 'projection.task_versions_g1',
  spans: 'projection.task_spans_g1',
  metadata: 'projection.task_metadata_g1',
};

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/** Each with one version and one span. */
async function addTasks(client: PoolClient, first: number, last: number): Promise<void> {
  const ids = `generate_series(${first}, ${last}) id`;
  await client.query(`
    INSERT INTO ${TABLES.tasks} SELECT id, 'p', 1, 'task-' || id, id, now() FROM ${ids};
    INSERT INTO ${TABLES.versions} (id, valid_from, progress, updated_at)
      SELECT id, id, 0, now() FROM ${ids};
    INSERT INTO ${TABLES.metadata} SELECT id, id, id, false, '{}' FROM ${ids};
    INSERT INTO ${TABLES.spans} (id, valid_from, valid_to, project, agent, status, title, title_key, attempt)
      SELECT id, id, 9007199254740991, 'p', 'a', 'active', 't', 't', 1 FROM ${ids};`);
}

describe('tasks that a batch asks for', () => {
  it('are looked up one by one, while a table without statistics grows past what one read of all would cost', async () => {
    const pool = database.pool();
    await ensureGenerations(pool, [tasks]);
    // Plans of statements are kept with the connection, so there is one.
    const client = await pool.connect();
    try {
      for (const table of Object.values(TABLES))
        await client.query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
      for (let batch = 0; batch < 12; batch++) {
        await addTasks(client, batch * 1_000 + 1, (batch + 1) * 1_000);
        const before = await wholeReads(client, Object.values(TABLES));
        const keys = [`task-${batch * 1_000 + 5}`, ...Array.from({ length: 500 }, (_, n) => `new-${n}`)];
        const found = await loadTasks(
          { query: client.query.bind(client) as Pool['query'] },
          TABLES,
          keys.map((task_id) => ({ project: 'p', task_id })),
        );
        expect(found.map(({ task }) => task.task_id)).toEqual([`task-${batch * 1_000 + 5}`]);
        expect(await wholeReads(client, Object.values(TABLES))).toEqual(before);
      }
    } finally {
      client.release();
    }
  });
});
