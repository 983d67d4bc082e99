/** Builds beside what serves: on a real database, with the log going on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { generationTable } from '@att/platform/projections';
import { printedSeed, WAIT_LIMIT } from '@att/platform/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROJECTIONS } from './projections/index.js';
import { createProjectorWorld, type ProjectorWorld } from './testing/projector-world.js';
import { reports, watching } from './testing/rebuilds.js';

const NAMES = PROJECTIONS.map(({ name }) => name);

let world: ProjectorWorld;
beforeEach(async () => {
  world = await createProjectorWorld();
});
afterEach(() => world.close());

const { row, activeOf, untilStates, untilProjected, comparisonOf, tablesOf, projectAndStop } = watching(
  () => world,
);

describe('a rebuild', () => {
  it('is level with what it replaces while events go on arriving, and reads never go back', async () => {
    await world.append(reports(3_000));
    world.start();
    await untilProjected();
    let isOver = false;
    const writing = (async () => {
      while (!isOver) await world.append(reports(20));
    })();
    const reading = (async () => {
      let last = 0;
      while (!isOver) {
        const { position } = await activeOf('tasks');
        expect(position).toBeGreaterThanOrEqual(last);
        last = position;
      }
    })();
    const ids = await world.rebuild(NAMES);
    await untilStates(ids, 'active').finally(() => {
      isOver = true;
    });
    await Promise.all([writing, reading]);
    for (const id of ids) expect(await comparisonOf(id)).toMatchObject({ equal: true });
  });

  it('finds what differs, row for row', async () => {
    await world.append(reports(300));
    world.start();
    await untilProjected();
    const table = generationTable('task_versions', (await activeOf('tasks')).id);
    await world.sql.query(`UPDATE ${table} SET message = 'Spoilt' WHERE valid_from IN (7, 8)`);
    const [id] = (await world.rebuild(['tasks'])) as [number];
    await untilStates([id], 'active');
    const comparison = await comparisonOf(id);
    expect(comparison?.equal).toBe(false);
    expect(comparison?.tables.filter(({ differing_rows }) => differing_rows !== 0)).toMatchObject([
      { table: 'task_versions', rows: 300, active_rows: 300, differing_rows: 2 },
    ]);
  });

  it('that is to be held waits as ready, follows the log, and is switched to when it is asked for', async () => {
    await world.append(reports(100));
    world.start();
    await untilProjected();
    const [id] = (await world.rebuild(['stats'], 'hold')) as [number];
    await untilStates([id], 'ready');
    expect(await comparisonOf(id)).toMatchObject({ equal: true });
    await world.append(reports(10));
    await untilProjected();
    expect((await row(id)).position).toBe(110);
    await world.changeRegister("UPDATE projection.generations SET on_ready = 'switch' WHERE id = $1", [id]);
    await untilStates([id], 'active');
  });

  it('that is a dry run is compared and dropped, and what serves goes on', async () => {
    await world.append(reports(100));
    world.start();
    await untilProjected();
    const before = await activeOf('projects');
    const [id] = (await world.rebuild(['projects'], 'drop')) as [number];
    await vi.waitFor(
      async () => expect(await row(id)).toMatchObject({ state: 'cancelled', has_tables: false }),
      WAIT_LIMIT,
    );
    expect(await comparisonOf(id)).toMatchObject({ equal: true, with: before.id });
    expect(await tablesOf(id)).toBe(0);
    expect((await activeOf('projects')).id).toBe(before.id);
  });

  it('that is cancelled leaves nothing behind, wherever it was', async () => {
    await world.append(reports(20_000));
    world.start();
    await untilProjected();
    for (const delay of [0, 100, 300, 600]) {
      const ids = await world.rebuild(NAMES);
      await sleep(delay);
      const cancelled = await world.changeRegister(
        `UPDATE projection.generations SET state = 'cancelled', finished_at = now(), drop_requested = true
         WHERE id = ANY ($1) AND state IN ('building', 'ready')`,
        [ids],
      );
      for (const id of cancelled) {
        await vi.waitFor(async () => expect(await row(id)).toMatchObject({ has_tables: false }), WAIT_LIMIT);
        expect(await tablesOf(id)).toBe(0);
      }
    }
    await untilProjected();
  });

  it('is rolled back to the one before, which catches up first', async () => {
    await world.append(reports(200));
    world.start();
    await untilProjected();
    const before = await activeOf('agents');
    const [id] = (await world.rebuild(['agents'])) as [number];
    await untilStates([id], 'active');
    await world.append(reports(1_500));
    await untilProjected();
    await world.changeRegister(
      "UPDATE projection.generations SET state = 'building', stage = 'catching up' WHERE id = $1",
      [before.id],
    );
    await untilStates([before.id], 'active');
    expect(await row(id)).toMatchObject({ state: 'retired' });
    expect(await comparisonOf(before.id)).toMatchObject({ equal: true, with: id });
  });

  it('keeps one retired generation, and drops the one before it', async () => {
    await world.append(reports(10));
    world.start();
    await untilProjected();
    const first = await activeOf('events');
    for (let n = 0; n < 2; n++) await untilStates(await world.rebuild(['events']), 'active');
    await vi.waitFor(async () => expect(await row(first.id)).toBeUndefined(), WAIT_LIMIT);
    expect(await tablesOf(first.id)).toBe(0);
    expect((await world.register()).filter(({ state }) => state === 'retired')).toHaveLength(1);
  });

  it('begins by itself when a release has a new version of a projection, while the old one serves', async () => {
    await projectAndStop(100);
    const old = await activeOf('tasks');
    await world.append(reports(50));
    world.start(
      PROJECTIONS.map((projection) =>
        projection.name === 'tasks' ? { ...projection, version: projection.version + 1 } : projection,
      ),
    );
    await vi.waitFor(async () => expect((await activeOf('tasks')).version).toBe(old.version + 1), WAIT_LIMIT);
    expect((await activeOf('tasks')).position).toBeGreaterThanOrEqual(150);
    expect(await row(old.id)).toMatchObject({ state: 'retired', position: 100 });
  });

  it('that cannot be built fails, says why, and leaves nothing behind', async () => {
    await projectAndStop(10);
    world.start(
      PROJECTIONS.map((projection) =>
        projection.name === 'events'
          ? { ...projection, indexes: () => ['CREATE INDEX ON nowhere (nothing)'] }
          : projection,
      ),
    );
    const [id] = (await world.rebuild(['events'])) as [number];
    await vi.waitFor(
      async () => expect(await row(id)).toMatchObject({ state: 'failed', has_tables: false }),
      WAIT_LIMIT,
    );
    expect((await row(id)).error).toContain('nowhere');
    await world.append(reports(10));
    await untilProjected();
  });
});

describe('a projector that is killed again and again', () => {
  it('goes on with its builds where they were, and comes to the same rows', async () => {
    await world.append(reports(20_000));
    const seed = printedSeed('killed builds');
    const delays = fc.sample(fc.integer({ min: 50, max: 900 }), { seed, numRuns: 6 });
    const { projector: first } = world.start();
    await untilProjected();
    await first.stop();
    const ids = await world.rebuild(NAMES);
    for (const delay of delays) {
      const { projector } = world.start();
      await sleep(delay);
      // All connections end in the middle of what they do, as when the process is killed.
      await world.sql.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'att-projector%'",
      );
      await projector.stop();
    }
    world.start();
    await untilStates(ids, 'active');
    for (const id of ids) expect(await comparisonOf(id)).toMatchObject({ equal: true });
  });
});
