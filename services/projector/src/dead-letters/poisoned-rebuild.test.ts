/** Poison in builds beside the active generations. */
import { CHUNK_GROUPS } from '@att/platform/projections';
import { WAIT_LIMIT } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTables } from '../rows/create-tables.js';
import { PoisonedWorld, projectionOf, reports } from '../testing/poisoned-world.js';
import { readLog, readTables, tablesOfFold } from '../testing/tables-of-fold.js';

let world: PoisonedWorld;
beforeEach(async () => {
  world = await PoisonedWorld.create();
});
afterEach(() => world.base.close());

describe('a rebuild', () => {
  const untilState = (id: number, state: string) =>
    vi.waitFor(
      async () => expect((await world.base.register()).find((one) => one.id === id)).toMatchObject({ state }),
      WAIT_LIMIT,
    );

  it('has dead letters of its own, and takes over with them; those of what it replaced go with it', async () => {
    world.poison.add('tasks', 2);
    await world.base.append(reports(40));
    world.start();
    await world.untilProjected();
    const old = await world.deadLetterOf('tasks');
    world.poison.cure('tasks', 2);
    world.poison.add('tasks', 6, 36);
    const [id] = (await world.base.rebuild(['tasks'], 'hold')) as [number];
    await untilState(id, 'ready');
    expect((await world.deadLetters()).map(({ generation, position }) => [generation, position])).toEqual([
      [old.generation, 2],
      [id, 6],
    ]);
    await world.base.changeRegister("UPDATE projection.generations SET on_ready = 'switch' WHERE id = $1", [
      id,
    ]);
    await untilState(id, 'active');
    await world.base.append(reports(10));
    await world.untilProjected();
    await world.expectFolds();
    expect((await world.deadLetters()).find(({ generation }) => generation === id)).toMatchObject({
      queued: 4,
    });
    await world.base.changeRegister('UPDATE projection.generations SET drop_requested = true WHERE id = $1', [
      old.generation,
    ]);
    await vi.waitFor(async () => expect(await world.deadLetters()).toHaveLength(1), WAIT_LIMIT);
    expect((await world.deadLetters())[0]).toMatchObject({ generation: id });
  });

  it('that is given up leaves no dead letters', async () => {
    world.poison.add('stats', 6);
    await world.base.append(reports(40));
    world.start();
    await world.untilProjected();
    const [id] = (await world.base.rebuild(['stats'], 'drop')) as [number];
    await vi.waitFor(
      async () =>
        expect((await world.base.register()).find((one) => one.id === id)).toMatchObject({
          state: 'cancelled',
          has_tables: false,
        }),
      WAIT_LIMIT,
    );
    expect(await world.deadLetters()).toMatchObject([
      { projection: 'stats', generation: await world.activeOf('stats') },
    ]);
  });

  it('carries out commands on its own dead letters while its tables are filled, before there are indexes', async () => {
    const names = ['tasks', 'events'] as const;
    const builds = await world.base.rebuild(names);
    const set = (state: string) =>
      world.base.sql.query(
        "UPDATE projection.generations SET state = $2, has_tables = ($2 = 'building') WHERE id = ANY ($1)",
        [builds, state],
      );
    // Enough events follow the commands for the active generations to have passed these before a build is indexed.
    await set('cancelled');
    await world.base.append(reports(40));
    for (const [index, name] of names.entries()) {
      const id = builds[index] as number;
      await world.base.projectorPool.query(createTables(projectionOf(name).tables, id));
      await world.base.sql.query(
        `INSERT INTO projection.dead_letters (generation, project, task_id, position, error_name, error_message)
         VALUES ($1, 'project-0', 'task-4', 4, 'Error', '')`,
        [id],
      );
    }
    for (const letter of await world.deadLetters()) await world.command('retry', letter);
    const { projector } = world.start();
    await world.report(CHUNK_GROUPS.size);
    await projector.stop();
    await set('building');
    world.start();
    for (const id of builds) await untilState(id, 'active');
    await world.untilProjected();
    expect(await world.deadLetters()).toEqual([]);
    const fold = await tablesOfFold(projectionOf('events'), await readLog(world.base.sql), () => true);
    expect(fold.event_index?.length).toBeGreaterThan(0);
    expect(await readTables(world.base.sql, builds[1] as number)).toEqual(fold);
  });

  it('of the index of the log has the rows that serve, whatever is blocked in either', async () => {
    world.poison.add('events', 14, 5_000);
    await world.base.append(reports(17_000));
    world.start();
    await world.untilProjected();
    expect((await world.deadLetters()).map(({ position }) => position)).toEqual([14, 5_000]);
    const expectSame = async () => {
      const [id] = (await world.base.rebuild(['events'], 'drop')) as [number];
      await untilState(id, 'cancelled');
      const row = (await world.base.register()).find((one) => one.id === id);
      // Ten tasks, four agents, three projects, three types, one actor and one day, in two groups.
      expect(JSON.parse(row?.comparison ?? 'null')).toMatchObject({
        equal: true,
        tables: [{ table: 'event_index', rows: 2 * (10 + 4 + 3 + 3 + 1 + 1) }],
      });
    };
    await expectSame();
    world.poison.cure('events', 14);
    world.poison.cure('events', 5_000);
    await expectSame();
    await world.resolve('retry', await world.deadLetterOf('events'));
    await world.resolve('skip', await world.deadLetterOf('events'));
    await expectSame();
  });
});
