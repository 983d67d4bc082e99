import { createTestDatabase } from '@att/platform/testing';
import { expect, it } from 'vitest';
import { HOT_TABLES } from './migrations.js';

/** Tables that are not hot: this one grows with the events that wait behind dead letters. */
const OTHERS = ['projection.queued_events'];

it('names every table that is there before the first generation', async () => {
  const database = await createTestDatabase();
  try {
    const { rows } = await database
      .pool()
      .query("SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname = 'projection'");
    const found = rows.map(({ name }) => name as string).filter((name) => !OTHERS.includes(name));
    expect(found.sort()).toEqual([...HOT_TABLES].sort());
  } finally {
    await database.drop();
  }
});
