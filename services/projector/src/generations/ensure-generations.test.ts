import { createTestDatabase, type TestDatabase } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECTIONS } from '../projections/index.js';
import { ensureGenerations } from './ensure-generations.js';
import { GenerationVersionError, matchVersions } from './match-versions.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const ensure = () => ensureGenerations(database.pool('att_projector'), PROJECTIONS);

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

  it('are not written to where another version of the projection made them', async () => {
    const generations = await ensure();
    await database.pool().query("UPDATE projection.generations SET version = 99 WHERE projection = 'stats'");
    expect(matchVersions(generations, PROJECTIONS)).toEqual({ writable: generations, refused: undefined });
    const { writable, refused } = matchVersions(await ensure(), PROJECTIONS);
    expect(writable.map(({ projection }) => projection)).toEqual(['tasks', 'projects', 'agents', 'events']);
    expect(refused).toBeInstanceOf(GenerationVersionError);
    expect(refused?.message).toMatch(
      /^stats stands still: .* is of version 99, this release writes version 2$/,
    );
  });
});
