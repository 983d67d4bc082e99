/** Builds whose tables get keys when they are full, or when the first row is asked for. */
import { newEvent } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Key, keyName } from './generations/keys.js';
import type { Projection } from './projection.js';
import { agents } from './projections/agents/index.js';
import { PROJECTIONS } from './projections/index.js';
import { KeysNeededError } from './run/look-ups.js';
import { createProjectorWorld, type ProjectorWorld } from './testing/projector-world.js';
import { PATIENCE, reports, watching } from './testing/rebuilds.js';

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

/** Agents whose writer asks in each batch whether its key is there. */
function asking(answers: Answer[]): Projection {
  const [key] = agents.keys;
  return {
    ...agents,
    writer(generation, position) {
      const writer = agents.writer(generation, position);
      return {
        async fold(loader, batch) {
          try {
            const { rows } = await loader.query<{ has_key: boolean }>({
              text: 'SELECT to_regclass($1) IS NOT NULL AS has_key',
              values: [`projection.${keyName(key as Key, generation)}`],
            });
            answers.push({ generation, hasKey: rows[0]?.has_key });
          } catch (error) {
            if (error instanceof KeysNeededError) answers.push({ generation, hasKey: undefined });
            throw error;
          }
          return writer.fold(loader, batch);
        },
      };
    },
  };
}

describe('the keys of a build', () => {
  it.each([
    ['are made when its writer first asks for a row, which it then finds by them', true, [undefined, true]],
    ['are made with all indexes where it never asks', false, []],
  ])('%s', async (_, asks, expected) => {
    const answers: Answer[] = [];
    // So many that it is filled before it follows.
    await world.append(reports(2_000));
    world.start([...PROJECTIONS.filter(({ name }) => name !== 'agents'), asks ? asking(answers) : agents]);
    await untilProjected();
    const [id] = (await world.rebuild(['agents'])) as [number];
    await untilStates([id], 'active');
    const ofBuild = answers.filter(({ generation }) => generation === id);
    expect(ofBuild.map(({ hasKey }) => hasKey).slice(0, 2)).toEqual(expected);
    expect(await comparisonOf(id)).toMatchObject({ equal: true, position: 2_000 });
    const { rows } = await world.sql.query('SELECT indexname FROM pg_indexes WHERE tablename = $1', [
      `agents_tasks_g${id}`,
    ]);
    expect(rows).toHaveLength(1);
  });

  it(
    'are there for tasks that come back when memory has let them go',
    async () => {
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
      world.start();
      await untilProjected();
      const ids = await world.rebuild(['tasks', 'stats']);
      await untilStates(ids, 'active');
      for (const id of ids) expect(await comparisonOf(id)).toMatchObject({ equal: true });
    },
    4 * PATIENCE,
  );
});
