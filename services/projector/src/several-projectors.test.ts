/** Several projectors on one database: either may do what there is to do, and neither undoes what the other does. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Projection } from './fold/projection.js';
import { FencedError } from './generations/superseded-error.js';
import { PROJECTIONS } from './projections/index.js';
import { createProjectorWorld, type ProjectorWorld } from './testing/projector-world.js';
import { reports, watching } from './testing/rebuilds.js';

let world: ProjectorWorld;
beforeEach(async () => {
  world = await createProjectorWorld();
});
afterEach(() => world.close());

const { comparisonOf, untilProjected, untilStates, projectAndStop } = watching(() => world);

/** Seconds that an index takes. */
const INDEXING = 3;

const slowly = (projection: Projection): Projection => ({
  ...projection,
  indexes: (generation) => [`SELECT pg_sleep(${INDEXING})`, ...projection.indexes(generation)],
});

/** Projection whose every third batch is fenced, as when another projector was first. */
function fencedOften(projection: Projection): Projection {
  let batches = 0;
  return {
    ...projection,
    writer(generation, position) {
      const writer = projection.writer(generation, position);
      return {
        async fold(loader, batch, transitions) {
          const isFenced = ++batches % 3 === 0;
          const refusal = () => new FencedError('another projector moved the checkpoint');
          const fence = () => ({ text: 'SELECT 1 / 0', refusal });
          const fold = await writer.fold(loader, batch, transitions);
          return isFenced ? { ...fold, writes: [...fold.writes, fence] } : fold;
        },
      };
    },
  };
}

const changed = (name: Projection['name'], change: (projection: Projection) => Projection) =>
  PROJECTIONS.map((projection) => (projection.name === name ? change(projection) : projection));

async function rebuildWhileEventsArrive(name: Projection['name']): Promise<number> {
  const [id] = (await world.rebuild([name])) as [number];
  let isOver = false;
  const writing = (async () => {
    while (!isOver) {
      await world.append(reports(1));
      await sleep(50);
    }
  })();
  await untilStates([id], 'active').finally(() => {
    isOver = true;
  });
  await writing;
  return id;
}

it('rebuild while both follow the log and events arrive one by one', async () => {
  await projectAndStop(100);
  for (let n = 0; n < 2; n++) world.start(changed('agents', slowly));
  const id = await rebuildWhileEventsArrive('agents');
  await untilProjected();
  expect(await comparisonOf(id)).toMatchObject({ equal: true });
});

it('index what one of them builds, however often another comes first with what serves', async () => {
  await projectAndStop(100);
  world.start(changed('agents', slowly).map((one) => (one.name === 'tasks' ? fencedOften(one) : one)));
  const id = await rebuildWhileEventsArrive('agents');
  expect(await comparisonOf(id)).toMatchObject({ equal: true });
});
