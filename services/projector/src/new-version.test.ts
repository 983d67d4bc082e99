/** A release with another version of a projection: on a real database. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROJECTIONS } from './projections/index.js';
import { createProjectorWorld, type ProjectorWorld, type RegisterRow } from './testing/projector-world.js';
import { PATIENCE, reports, watching } from './testing/rebuilds.js';

let world: ProjectorWorld;
beforeEach(async () => {
  world = await createProjectorWorld();
});
afterEach(() => world.close());

const { activeOf, untilStates, untilProjected } = watching(() => world);

describe('new versions', () => {
  it('are built from one read of the log where a release brings several', async () => {
    await world.append(reports(10));
    const { projector } = world.start();
    await untilProjected();
    await projector.stop();
    const isNew = ({ name }: { name: string }) => name === 'tasks' || name === 'stats';
    world.start(PROJECTIONS.map((one) => (isNew(one) ? { ...one, version: one.version + 1 } : one)));
    const built = async () => (await world.register()).filter(({ build }) => build !== null);
    await vi.waitFor(
      async () =>
        expect(await built()).toMatchObject([
          { projection: 'tasks', state: 'active' },
          { projection: 'stats', state: 'active' },
        ]),
      PATIENCE,
    );
    expect(new Set((await built()).map(({ build }) => build)).size).toBe(1);
  });
});

describe('a new version that cannot be built', () => {
  it('fails alone, where others were begun with it', async () => {
    await world.append(reports(2_000));
    const { projector } = world.start();
    await untilProjected();
    await projector.stop();
    world.start(
      PROJECTIONS.map((one) => {
        if (one.name === 'tasks') return { ...one, version: one.version + 1 };
        const indexes = () => ['CREATE INDEX ON nowhere (nothing)'];
        return one.name === 'stats' ? { ...one, version: one.version + 1, indexes } : one;
      }),
    );
    const stateOf = async (name: string, state: string) =>
      (await world.register()).some((row) => row.projection === name && row.id > 5 && row.state === state);
    await vi.waitFor(async () => {
      expect(await stateOf('tasks', 'active')).toBe(true);
      expect(await stateOf('stats', 'failed')).toBe(true);
    }, PATIENCE);
    expect(await stateOf('tasks', 'failed')).toBe(false);
  });

  it('is tried once, said to stand still, and built when an operator asks for it', async () => {
    await world.append(reports(10));
    const { projector } = world.start();
    await untilProjected();
    await projector.stop();
    let isMended = false;
    const { projector: next } = world.start(
      PROJECTIONS.map((projection) =>
        projection.name === 'events'
          ? {
              ...projection,
              version: projection.version + 1,
              indexes: (generation: number) =>
                isMended ? projection.indexes(generation) : ['CREATE INDEX ON nowhere (nothing)'],
            }
          : projection,
      ),
    );
    const failed = async () => (await world.register()).filter(({ state }) => state === 'failed');
    await vi.waitFor(async () => expect(await failed()).toMatchObject([{ has_tables: false }]), PATIENCE);
    const check = next.checks?.[0];
    await vi.waitFor(
      async () => await expect(check?.check()).rejects.toThrow('a build of that failed'),
      PATIENCE,
    );
    await world.append(reports(10));
    expect(await failed()).toHaveLength(1);

    isMended = true;
    const { version, id } = (await failed())[0] as RegisterRow;
    const [again] = await world.act(
      `INSERT INTO projection.generations (projection, version, state, stage, has_tables)
       SELECT projection, version, 'building', 'filling', false FROM projection.generations WHERE id = $1`,
      [id],
    );
    await untilStates([again as number], 'active');
    expect(await activeOf('events')).toMatchObject({ version });
  });
});
