import { createTestDatabase, type TestDatabase } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECTIONS } from '../projections/index.js';
import { ensureGenerations } from './ensure-generations.js';

/** The version of the projection `stats` in this release. */
const STATS = PROJECTIONS.find(({ name }) => name === 'stats')?.version;

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const ensure = async () => (await ensureGenerations(database.pool('att_projector'), PROJECTIONS)).generations;

describe('the generations of a projector that starts', () => {
  it('are made once, also when two start together', async () => {
    const [first, second] = await Promise.all([ensure(), ensure()]);
    expect(second).toEqual(first);
    expect(first.map(({ projection, position }) => [projection, position])).toEqual(
      PROJECTIONS.map(({ name }) => [name, 0]),
    );
  });

  it('are read without waiting for a batch under way when all are there', async () => {
    await ensure();
    const other = await database.pool().connect();
    await other.query('BEGIN');
    await other.query('UPDATE projection.generations SET position = 5');
    expect((await ensure()).map(({ position }) => position)).toEqual(PROJECTIONS.map(() => 0));
    await other.query('ROLLBACK');
    other.release();
  });

  it('are built anew, once, where an older version of the projection made them', async () => {
    await ensure();
    await database.pool().query("UPDATE projection.generations SET version = 1 WHERE projection = 'stats'");
    const [first, second] = await Promise.all([ensure(), ensure()]);
    expect(second).toEqual(first);
    const stats = first.filter(({ projection }) => projection === 'stats');
    expect(stats.map(({ version, state, stage }) => [version, state, stage])).toEqual([
      [1, 'active', 'following'],
      [STATS, 'building', 'filling'],
    ]);
  });

  it('are not replaced where a newer release made them', async () => {
    const before = await ensure();
    await database.pool().query("UPDATE projection.generations SET version = 99 WHERE projection = 'stats'");
    expect((await ensure()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });

  describe('that were made from another log', () => {
    const query = (statement: string) => database.pool().query(statement);
    const log = (count: number) =>
      Array.from({ length: count }, (_, n) => n + 1).map(
        (position) =>
          `INSERT INTO log.events (position, event_id, type, recorded_at, actor, data_hash, hash)
           VALUES (${position}, gen_random_uuid(), 'test', now(), 'test', sha256(''), sha256('${position}'))`,
      );
    const statsOf = (generations: Awaited<ReturnType<typeof ensure>>) =>
      generations
        .filter(({ projection }) => projection === 'stats')
        .map(({ state, stage, position, dropRequested }) => [state, stage, position, dropRequested]);

    it('are replaced by builds from the first event, and nothing serves until those are done', async () => {
      await ensure();
      await query(log(3).join(';'));
      const elsewhere = "hash = sha256('elsewhere'), position = 2, hash_position = 2";
      await query(`UPDATE projection.generations SET ${elsewhere} WHERE projection = 'stats'`);
      const [first, second] = await Promise.all([ensure(), ensure()]);
      expect(second).toEqual(first);
      expect(statsOf(first)).toEqual([
        ['cancelled', 'following', 2, true],
        ['building', 'filling', 0, false],
      ]);
      expect(first.filter(({ state }) => state === 'active')).toHaveLength(PROJECTIONS.length - 1);
    });

    it('are found also where the log ends before them, and in what is kept for a rollback', async () => {
      await ensure();
      await query(log(3).join(';'));
      await query(`
        UPDATE projection.generations SET position = 4 WHERE projection = 'stats';
        INSERT INTO projection.generations (projection, version, state, position, hash_position, hash)
        VALUES ('tasks', ${STATS}, 'retired', 3, 3, sha256('elsewhere'))`);
      const generations = await ensure();
      expect(statsOf(generations)).toEqual([
        ['cancelled', 'following', 4, true],
        ['building', 'filling', 0, false],
      ]);
      expect(
        generations.find(({ projection, state }) => projection === 'tasks' && state === 'cancelled'),
      ).toMatchObject({ dropRequested: true });
    });

    it('are distinguished from those that a release without hashes moved on', async () => {
      const before = await ensure();
      await query(log(3).join(';'));
      await query('UPDATE projection.generations SET position = 3');
      const after = await ensure();
      expect(after.map(({ id, state }) => [id, state])).toEqual(before.map(({ id }) => [id, 'active']));
      const { rows } = await query("SELECT FROM projection.generations WHERE hash = sha256('3')");
      expect(rows).toHaveLength(PROJECTIONS.length);
    });
  });

  it('give up a build that another version has begun', async () => {
    await ensure();
    await database.pool().query("UPDATE projection.generations SET version = 0 WHERE projection = 'stats'");
    await database
      .pool()
      .query(
        "INSERT INTO projection.generations (projection, version, state, stage, has_tables) VALUES ('stats', 1, 'building', 'filling', false)",
      );
    const stats = (await ensure()).filter(({ projection }) => projection === 'stats');
    expect(stats.map(({ version, state, dropRequested }) => [version, state, dropRequested])).toEqual([
      [0, 'active', false],
      [1, 'cancelled', true],
      [STATS, 'building', false],
    ]);
  });
});
