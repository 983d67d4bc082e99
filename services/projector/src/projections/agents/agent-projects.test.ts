/** How memberships are found that memory has let go, or that are new. */
import { createTestDatabase, type TestDatabase } from '@att/platform/testing';
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureGenerations } from '../../generations/ensure-generations.js';
import { wholeReads } from '../../testing/whole-reads.js';
import { AgentProjects } from './agent-projects.js';
import { agents } from './index.js';

const TABLE = 'projection.agent_projects_g1';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

describe('memberships that a batch asks for', () => {
  it('are looked up one by one, while a table without statistics grows past what one read of all would cost', async () => {
    const pool = database.pool();
    await ensureGenerations(pool, [agents]);
    // Plans of statements are kept with the connection, so there is one.
    const client = await pool.connect();
    const loader = { query: client.query.bind(client) as Pool['query'] };
    try {
      await client.query(`ALTER TABLE ${TABLE} SET (autovacuum_enabled = off)`);
      for (let batch = 0; batch < 12; batch++) {
        const first = batch * 1_000 + 1;
        await client.query(
          `INSERT INTO ${TABLE} SELECT id, 'p', id, 9007199254740991, 1 FROM generate_series($1::int, $1 + 999) id`,
          [first],
        );
        const before = await wholeReads(client, [TABLE]);
        const ids = [first, ...Array.from({ length: 500 }, (_, n) => 1_000_000 + n)];
        const memberships = new AgentProjects(TABLE, first);
        await memberships.fold(
          loader,
          ids.map((id) => ({ id, project: 'p', position: 2_000_000, by: 1 as const })),
        );
        expect(await wholeReads(client, [TABLE])).toEqual(before);
      }
    } finally {
      client.release();
    }
  });
});
