import { createTestDatabase } from '@att/platform/testing';
import { expect, it } from 'vitest';
import { HOT_TABLES } from './hot-tables.js';

it('names every table that is there before the first generation', async () => {
  const database = await createTestDatabase();
  try {
    const { rows } = await database
      .pool()
      .query("SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname = 'projection'");
    expect(rows.map(({ name }) => name).sort()).toEqual([...HOT_TABLES].sort());
  } finally {
    await database.drop();
  }
});
