/** Builds whose tables get keys when they are full, or when the first row is asked for. */
import { newEvent } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeysNeededError } from './batch/look-ups.js';
import type { Projection } from './fold/projection.js';
import { agents } from './projections/agents/index.js';
import { PROJECTIONS } from './projections/index.js';
import { tasks as tasksProjection } from './projections/tasks/index.js';
import { keyName } from './rows/keys.js';
import type { Loader } from './rows/loader.js';
import { createProjectorWorld, type ProjectorWorld } from './testing/projector-world.js';
import { reports, watching } from './testing/rebuilds.js';

let world: ProjectorWorld;
beforeEach(async () => {
  world = await createProjectorWorld();
});
afterEach(() => world.close());

const { untilStates, untilProjected, comparisonOf } = watching(() => world);

interface Answer {
  generation: number;
  /** Whether the key was there; undefined where nothing may be asked. */
  hasKey: boolean | undefined;
}

async function hasKey(through: Loader, { name, keys }: Projection, generation: number): Promise<boolean> {
  const [key] = keys;
  if (key === undefined) throw new Error(`${name} has no keys`);
  const { rows } = await through.query<{ has_key: boolean }>({
    text: 'SELECT to_regclass($1) IS NOT NULL AS has_key',
    values: [`projection.${keyName(key, generation)}`],
  });
  return rows[0]?.has_key as boolean;
}

/** A projection whose key is looked for in each batch: by its own writer, or behind its back. */
function watched(projection: Projection, answers: Answer[], by: 'its writer' | 'others'): Projection {
  return {
    ...projection,
    writer(generation, position) {
      const writer = projection.writer(generation, position);
      return {
        async fold(loader, batch, transitions) {
          try {
            const through = by === 'others' ? world.sql : loader;
            answers.push({ generation, hasKey: await hasKey(through, projection, generation) });
            return await writer.fold(loader, batch, transitions);
          } catch (error) {
            if (error instanceof KeysNeededError) answers.push({ generation, hasKey: undefined });
            throw error;
          }
        },
      };
    },
  };
}

function withWatched(one: Projection): Projection[] {
  return PROJECTIONS.map((projection) => (projection.name === one.name ? one : projection));
}

describe('the keys of a build', () => {
  it.each([
    [
      'are made when its writer first asks for a row, which it then finds by them',
      'its writer',
      [undefined, true],
    ],
    ['are made with all indexes where it never asks', 'others', [false]],
  ] as const)('%s', async (_, by, expected) => {
    const answers: Answer[] = [];
    // Enough events that the build is filled before it follows.
    await world.append(reports(2_000));
    world.start(withWatched(watched(agents, answers, by)));
    await untilProjected();
    const [id] = (await world.rebuild(['agents'])) as [number];
    await untilStates([id], 'active');
    const ofBuild = answers.filter(({ generation }) => generation === id).map(({ hasKey }) => hasKey);
    expect(ofBuild.slice(0, expected.length)).toEqual(expected);
    expect(await comparisonOf(id)).toMatchObject({ equal: true, position: 2_000 });
    expect(await hasKey(world.sql, agents, id)).toBe(true);
  });

  it('are there for tasks that come back when memory has let them go', async () => {
    const tasks = 31_000;
    const log = Array.from({ length: tasks + 50 }, (_, index) =>
      newEvent({
        type: 'task.progressed',
        project: 'project',
        taskId: `task-${index % tasks}`,
        agent: 'agent',
        payload: Buffer.from('{"task":"Title"}'),
      }),
    );
    for (let from = 0; from < log.length; from += 1_000) await world.append(log.slice(from, from + 1_000));
    const answers: Answer[] = [];
    world.start(withWatched(watched(tasksProjection, answers, 'others')));
    await untilProjected();
    const ids = await world.rebuild(['tasks', 'stats']);
    await untilStates(ids, 'active');
    const ofBuild = answers.filter(({ generation }) => generation === ids[0]).map(({ hasKey }) => hasKey);
    const asked = ofBuild.indexOf(undefined);
    expect(ofBuild.slice(asked - 1, asked + 2)).toEqual([false, undefined, true]);
    for (const id of ids) expect(await comparisonOf(id)).toMatchObject({ equal: true });
  });
});
