/** A release with another version of a projection: on a real database. */
import { WAIT_LIMIT } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Projection } from './fold/projection.js';
import { events } from './projections/events/index.js';
import { PROJECTIONS } from './projections/index.js';
import { createProjectorWorld, type ProjectorWorld, type RegisterRow } from './testing/projector-world.js';
import { reports, watching } from './testing/rebuilds.js';

let world: ProjectorWorld;
beforeEach(async () => {
  world = await createProjectorWorld();
});
afterEach(() => world.close());

const { activeOf, untilStates, projectAndStop } = watching(() => world);

/** Projections of a release that raises the versions of some, with changes to them. */
function withNew(changes: Partial<Record<Projection['name'], Partial<Projection>>>): Projection[] {
  return PROJECTIONS.map((one) => {
    const change = changes[one.name];
    return change === undefined ? one : { ...one, version: one.version + 1, ...change };
  });
}

const BROKEN = { indexes: (_: number) => ['CREATE INDEX ON nowhere (nothing)'] };

describe('new versions', () => {
  it('are built from one read of the log where a release brings several', async () => {
    await projectAndStop(10);
    world.start(withNew({ tasks: {}, stats: {} }));
    const built = async () => (await world.register()).filter(({ build }) => build !== null);
    await vi.waitFor(
      async () =>
        expect(await built()).toMatchObject([
          { projection: 'tasks', state: 'active' },
          { projection: 'stats', state: 'active' },
        ]),
      WAIT_LIMIT,
    );
    expect(new Set((await built()).map(({ build }) => build)).size).toBe(1);
  });
});

describe('a new version that cannot be built', () => {
  it('fails alone, where others were begun with it', async () => {
    await projectAndStop(2_000);
    world.start(withNew({ tasks: {}, stats: BROKEN }));
    const statesOf = async (name: string) =>
      (await world.register()).filter((row) => row.projection === name).map(({ state }) => state);
    await vi.waitFor(async () => {
      expect(await statesOf('tasks')).toEqual(['retired', 'active']);
      expect(await statesOf('stats')).toEqual(['active', 'failed']);
    }, WAIT_LIMIT);
  });

  it('is tried once, said to stand still, and built when an operator asks for it', async () => {
    await projectAndStop(10);
    let isMended = false;
    const indexes = (generation: number) => (isMended ? events : BROKEN).indexes(generation);
    const { projector: next } = world.start(withNew({ events: { indexes } }));
    const failed = async () => (await world.register()).filter(({ state }) => state === 'failed');
    await vi.waitFor(async () => expect(await failed()).toMatchObject([{ has_tables: false }]), WAIT_LIMIT);
    const check = next.checks?.[0];
    await vi.waitFor(
      async () => await expect(check?.check()).rejects.toThrow('a build of that failed'),
      WAIT_LIMIT,
    );
    await world.append(reports(10));
    expect(await failed()).toHaveLength(1);

    isMended = true;
    const { version, id } = (await failed())[0] as RegisterRow;
    const [again] = await world.changeRegister(
      `INSERT INTO projection.generations (projection, version, state, stage, has_tables)
       SELECT projection, version, 'building', 'filling', false FROM projection.generations WHERE id = $1`,
      [id],
    );
    await untilStates([again as number], 'active');
    expect(await activeOf('events')).toMatchObject({ version });
  });
});
