/** Tables after operators' commands on dead letters. */
import type { LogEvent } from '@att/platform/event-log';
import { generationTable, type ProjectionName } from '@att/platform/projections';
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECTIONS } from '../projections/index.js';
import { changesOfRuns, latestOfRuns, type RunTable } from '../testing/changes-of-runs.js';
import { PoisonedWorld, projectionOf, reports } from '../testing/poisoned-world.js';
import { afterFold, readLog, readTables, tablesOfFold } from '../testing/tables-of-fold.js';

let world: PoisonedWorld;
beforeEach(async () => {
  world = await PoisonedWorld.create();
});
afterEach(() => world.base.close());

/** Last row of each task, without the position from which it holds. */
function latestOutcomes(rows: readonly string[] = []): Record<string, string> {
  const latest: Record<string, { from: number; rest: string }> = {};
  for (const row of rows) {
    const [, task, from, rest] = /^\(([^,]+,[^,]+),(\d+),(.*)\)$/.exec(row) as unknown as [
      string,
      string,
      string,
      string,
    ];
    if (Number(from) > (latest[task]?.from ?? 0)) latest[task] = { from: Number(from), rest };
  }
  return Object.fromEntries(Object.entries(latest).map(([task, { rest }]) => [task, rest]));
}

const RUNS: Record<Exclude<ProjectionName, 'events'>, RunTable> = {
  tasks: 'task_counts',
  projects: 'project_versions',
  agents: 'agent_versions',
  stats: 'stats_versions',
};

/** Counts of a projection as they are, and as they would be if its events had been applied where they happened. */
async function latestCounts(
  name: keyof typeof RUNS,
  log: readonly LogEvent[],
  isApplied: (event: LogEvent) => boolean = () => true,
) {
  const read = (pool: Pool, generation: number) => latestOfRuns(pool, generation, RUNS[name]);
  return {
    is: await read(world.base.sql, await world.activeOf(name)),
    shouldBe: await afterFold(projectionOf(name), log, isApplied, read),
  };
}

describe('a retry', () => {
  /** Rows of histories that hold before a position. */
  const historyBefore = async (name: ProjectionName, position: number) => {
    const histories: Partial<Record<ProjectionName, string[]>> = {
      tasks: ['task_versions', 'task_texts'],
      stats: ['series', 'series_steps', 'series_durations'],
    };
    const id = await world.activeOf(name);
    const rows = await readTables(world.base.sql, id, (table) => {
      if (!histories[name]?.includes(table)) return 'false';
      return table.startsWith('series') ? 'true' : `valid_from < ${position}`;
    });
    if (name === 'events') return rows;
    const runs = RUNS[name];
    const changes = await changesOfRuns(world.base.sql, id, runs);
    expect(changes).not.toEqual([]);
    return { ...rows, [runs]: changes.filter(({ valid_from }) => valid_from < position) };
  };

  it('applies the event and what waited behind it once the fault is gone, at the position of the command', async () => {
    const faulty = ['tasks', 'projects', 'agents', 'stats', 'events'] as const;
    for (const name of faulty) world.poison.add(name, 14);
    await world.base.append(reports(60));
    world.start();
    await world.untilProjected();
    for (const name of faulty) {
      world.poison.cure(name, 14);
      const next = (await world.head()) + 1;
      const before = await historyBefore(name, next);
      expect(await world.resolve('retry', await world.deadLetterOf(name))).toBe(next);
      expect(await historyBefore(name, next), name).toEqual(before);
    }
    expect(await world.deadLetters()).toEqual([]);
    await world.base.append(reports(20));
    await world.untilProjected();
    // The latest rows are the same, whenever their events took effect.
    const log = await readLog(world.base.sql);
    for (const projection of PROJECTIONS) {
      const tables = await readTables(world.base.sql, await world.activeOf(projection.name));
      const fold = await tablesOfFold(projection, log, () => true);
      expect(tables.event_index).toEqual(fold.event_index);
      if (projection.name !== 'events') {
        const counts = await latestCounts(projection.name, log);
        expect(counts.is, projection.name).toEqual(counts.shouldBe);
      }
      const outcomes = `${projection.name}_tasks`;
      expect(latestOutcomes(tables[outcomes]), outcomes).toEqual(latestOutcomes(fold[outcomes]));
    }
  });

  it('that fails again leaves what it could apply, and the dead letter is of the event that failed', async () => {
    world.poison.add('tasks', 3, 33);
    await world.base.append(reports(60));
    world.start();
    await world.untilProjected();
    world.poison.cure('tasks', 3);
    await world.resolve('retry', await world.deadLetterOf('tasks'));
    expect(await world.deadLetters()).toMatchObject([
      {
        position: 33,
        error_message: 'cannot digest event 33',
        queued: 2,
        attempts: 2,
        state: 'waiting',
      },
    ]);
    const task = async () => {
      const id = await world.activeOf('tasks');
      const { rows } = await world.base.sql.query(
        `SELECT t.id, v.valid_from, v.late_event, v.message FROM ${generationTable('tasks', id)} t
         JOIN ${generationTable('task_versions', id)} v USING (id) WHERE t.task_id = 'task-3' ORDER BY v.valid_from`,
      );
      return rows;
    };
    expect(await task()).toEqual([{ id: 3, valid_from: 61, late_event: 23, message: 'Step 22' }]);
    await world.resolve('retry', await world.deadLetterOf('tasks'));
    expect(await world.deadLetters()).toMatchObject([
      { position: 33, queued: 2, attempts: 3, state: 'waiting' },
    ]);
    world.poison.cure('tasks', 33);
    await world.resolve('retry', await world.deadLetterOf('tasks'));
    expect(await world.deadLetters()).toEqual([]);
    expect((await task()).at(-1)).toEqual({ id: 3, valid_from: 63, late_event: 53, message: 'Step 52' });
  });

  it('finds nothing to do where the dead letter is gone, or of another generation', async () => {
    world.poison.add('tasks', 3);
    await world.base.append(reports(20));
    world.start();
    await world.untilProjected();
    const letter = await world.deadLetterOf('tasks');
    await world.resolve('retry', { ...letter, id: letter.id + 1000 });
    await world.resolve('retry', { ...letter, generation: letter.generation + 1000 });
    expect(await world.deadLetters()).toMatchObject([{ position: 3, attempts: 1 }]);
    await world.base.sql.query("UPDATE projection.dead_letters SET state = 'waiting'");
    await world.expectFolds();
  });
});

describe('a skip', () => {
  it('leaves the event out, and applies what waited behind it', async () => {
    world.poison.add('tasks', 5);
    world.poison.add('stats', 7);
    await world.base.append(reports(40));
    world.start();
    await world.untilProjected();
    await world.resolve('skip', await world.deadLetterOf('tasks'));
    await world.resolve('skip', await world.deadLetterOf('stats'));
    expect(await world.deadLetters()).toEqual([]);
    const id = await world.activeOf('tasks');
    const { rows } = await world.base.sql.query(
      `SELECT id, present_from FROM ${generationTable('tasks', id)} WHERE task_id = 'task-5'`,
    );
    // The task begins with the event behind the one that was left out.
    expect(rows).toEqual([{ id: 15, present_from: 41 }]);
    const log = await readLog(world.base.sql);
    const fold = await tablesOfFold(projectionOf('stats'), log, ({ position }) => position !== 7);
    const tables = await readTables(world.base.sql, await world.activeOf('stats'));
    const counts = await latestCounts('stats', log, ({ position }) => position !== 7);
    expect(counts.is).toEqual(counts.shouldBe);
    expect(latestOutcomes(tables.stats_tasks)).toEqual(latestOutcomes(fold.stats_tasks));
    expect(tables.series_late).toHaveLength(3);
  });
});
