/** Events that a projection cannot apply, on a real database, with the log going on. */
import type { NewEvent } from '@att/platform/event-log';
import { deadLetterEvent } from '@att/platform/event-log';
import { generationTable, type ProjectionName } from '@att/platform/projections';
import { newEvent } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROJECTIONS } from '../projections/index.js';
import { Poison } from '../testing/poison.js';
import { createProjectorWorld, type ProjectorWorld } from '../testing/projector-world.js';
import { readLog, readTables, tablesOfFold } from '../testing/tables-of-fold.js';

const NAMES = PROJECTIONS.map(({ name }) => name);
const PATIENCE = 20_000;

let world: ProjectorWorld;
let poison: Poison;
beforeEach(async () => {
  world = await createProjectorWorld();
  poison = new Poison();
});
afterEach(() => world.close());

/** The nth task has the events n, n + 10, n + 20 and so on. */
function reports(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, n) => {
    const step = Math.floor(n / 10);
    return newEvent({
      type: ['task.started', 'task.progressed', 'task.progressed', 'task.finished'][step % 4] as string,
      project: `project-${(n % 10) % 3}`,
      taskId: `task-${(n % 10) + 1}`,
      agent: `agent-${(n + step) % 4}`,
      payload: { task: `Title ${step}`, status: 'running', message: `Step ${n}`, metadata: { step } },
    });
  });
}

const start = () => world.start(poison.in(PROJECTIONS));
const head = async () => (await world.sql.query('SELECT position FROM log.head')).rows[0].position as number;
const untilProjected = async () => {
  const position = await head();
  await vi.waitFor(async () => {
    const active = (await world.register()).filter(({ state }) => state === 'active');
    expect(active.map((one) => one.position)).toEqual(NAMES.map(() => position));
  }, PATIENCE);
};
const activeOf = async (name: string) =>
  (await world.register()).find(({ projection, state }) => projection === name && state === 'active')
    ?.id as number;

interface Row {
  id: number;
  projection: ProjectionName;
  generation: number;
  project: string;
  task_id: string;
  position: number;
  error_name: string;
  error_message: string;
  queued: number;
  attempts: number;
  state: string;
}
async function letters(): Promise<Row[]> {
  const { rows } = await world.sql.query<Row>(
    `SELECT d.*, g.projection FROM projection.dead_letters d JOIN projection.generations g ON g.id = d.generation
     ORDER BY g.state, d.position, g.projection`,
  );
  return rows;
}
const letterOf = async (projection: ProjectionName) =>
  (await letters()).find((one) => one.projection === projection) as Row;

/** As the desk does it. */
async function act(verb: 'retry' | 'skip', { id, ...letter }: Row): Promise<number> {
  await world.sql.query('UPDATE projection.dead_letters SET state = $2 WHERE id = $1', [id, verb]);
  const { projection, generation, project, task_id, position } = letter;
  const named = { dead_letter: id, projection, generation, project, task_id, position };
  const type = verb === 'retry' ? 'dead_letter.retried' : 'dead_letter.skipped';
  await world.append([deadLetterEvent(type, 'operator', named)]);
  await untilProjected();
  return head();
}

/** Every projection has what it has without the tasks that stand still in it, from their letters on. */
async function expectFolds(): Promise<void> {
  const log = await readLog(world.sql);
  const standing = await letters();
  for (const projection of PROJECTIONS) {
    const generation = await activeOf(projection.name);
    const its = standing.filter((letter) => letter.generation === generation);
    const fold = await tablesOfFold(projection, log, (event) =>
      its.every(
        ({ project, task_id, position }) =>
          event.project !== project || event.task_id !== task_id || event.position < position,
      ),
    );
    expect(await readTables(world.sql, generation), projection.name).toEqual(fold);
  }
}

describe('an event that a projection cannot apply', () => {
  it('stops its own task, in that projection alone', async () => {
    poison.add('tasks', 13);
    poison.add('stats', 25);
    await world.append(reports(40));
    const { projector, metrics } = start();
    await untilProjected();
    expect(await letters()).toMatchObject([
      {
        projection: 'tasks',
        task_id: 'task-3',
        position: 13,
        error_name: 'IndigestibleError',
        error_message: 'cannot digest event 13',
        queued: 2,
        attempts: 1,
        state: 'waiting',
      },
      { projection: 'stats', task_id: 'task-5', position: 25, queued: 1 },
    ]);
    await expectFolds();
    const scraped = await metrics.metrics();
    expect(scraped).toContain('att_dead_letters{projection="tasks"} 1');
    expect(scraped).toContain('att_dead_letters{projection="agents"} 0');
    expect(await projector.checks?.[0]?.check()).toBe(
      'following the log; tasks stand still: 1 in stats, 1 in tasks',
    );
  });

  it('has the later events of its task counted, whatever restarts and lost connections', async () => {
    poison.add('agents', 4);
    for (let turn = 0; turn < 3; turn++) {
      const { projector } = start();
      await world.append(reports(40));
      if (turn > 0)
        await world.sql.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'att-projector%'",
        );
      await untilProjected();
      await projector.stop();
    }
    expect(await letters()).toMatchObject([{ projection: 'agents', position: 4, queued: 11 }]);
    await expectFolds();
  });

  it('may be one of many in a batch, of several projections, or the first of its task', async () => {
    poison.add('tasks', 1, 2, 13, 40);
    poison.add('projects', 2, 3);
    poison.add('events', 22);
    poison.add('stats', ...Array.from({ length: 40 }, (_, n) => n + 1));
    await world.append(reports(40));
    start();
    await untilProjected();
    expect((await letters()).filter(({ projection }) => projection === 'stats')).toHaveLength(10);
    expect((await letters()).filter(({ projection }) => projection === 'tasks')).toHaveLength(4);
    await world.append(reports(40));
    await untilProjected();
    await expectFolds();
  });

  it('may be what a table refuses', async () => {
    const { projector } = start();
    await world.append(reports(10));
    await untilProjected();
    const versions = generationTable('task_versions', await activeOf('tasks'));
    await world.sql.query(`ALTER TABLE ${versions} ADD CONSTRAINT no_poison CHECK (message <> 'Step 17')`);
    await world.append(reports(40));
    await untilProjected();
    expect(await letters()).toMatchObject([
      { projection: 'tasks', task_id: 'task-8', position: 28, error_name: 'error', queued: 2 },
    ]);
    expect((await letterOf('tasks')).error_message).toContain('no_poison');
    await projector.stop();
    start();
    await expectFolds();
  });

  it('is none where tables are missing: that stops the projection, and says so', async () => {
    const { projector } = start();
    await world.append(reports(10));
    await untilProjected();
    const series = generationTable('series', await activeOf('stats'));
    await world.sql.query(`ALTER TABLE ${series} RENAME TO elsewhere`);
    await world.append(reports(10));
    await vi.waitFor(
      () => expect(projector.checks?.[0]?.check()).rejects.toThrow('does not exist'),
      PATIENCE,
    );
    expect(await letters()).toEqual([]);
    await world.sql.query(`ALTER TABLE projection.elsewhere RENAME TO ${series.replace('projection.', '')}`);
    await untilProjected();
    await expectFolds();
  });
});

describe('a retry', () => {
  /** What was true before a position. */
  const historyBefore = async (name: ProjectionName, position: number) => {
    const histories: Partial<Record<ProjectionName, string[]>> = {
      tasks: ['task_versions', 'task_texts', 'task_counts'],
      projects: ['project_versions'],
      agents: ['agent_versions'],
      stats: ['stats_versions', 'series', 'series_events'],
    };
    return readTables(world.sql, await activeOf(name), (table) => {
      if (!histories[name]?.includes(table)) return 'false';
      return table.startsWith('series') ? 'true' : `valid_from < ${position}`;
    });
  };

  it('applies the event and what waited behind it once the fault is gone, where the act is', async () => {
    const faulty = ['tasks', 'projects', 'agents', 'stats', 'events'] as const;
    for (const name of faulty) poison.add(name, 14);
    await world.append(reports(60));
    start();
    await untilProjected();
    for (const name of faulty) {
      poison.cure(name, 14);
      const next = (await head()) + 1;
      const before = await historyBefore(name, next);
      expect(await act('retry', await letterOf(name))).toBe(next);
      expect(await historyBefore(name, next), name).toEqual(before);
    }
    expect(await letters()).toEqual([]);
    await world.append(reports(20));
    await untilProjected();
    // What is now is the same, whenever it came to be so.
    const log = await readLog(world.sql);
    const current = {
      tasks: 'tasks_tasks',
      projects: 'projects_tasks',
      agents: 'agents_tasks',
      stats: 'stats_tasks',
    };
    for (const projection of PROJECTIONS) {
      const tables = await readTables(world.sql, await activeOf(projection.name));
      const fold = await tablesOfFold(projection, log, () => true);
      for (const same of ['event_index', 'task_totals', 'stats', ...Object.values(current)]) {
        expect(tables[same], same).toEqual(fold[same]);
      }
    }
  });

  it('that fails again leaves what it could apply, and the letter is of the event that failed', async () => {
    poison.add('tasks', 3, 33);
    await world.append(reports(60));
    start();
    await untilProjected();
    poison.cure('tasks', 3);
    await act('retry', await letterOf('tasks'));
    expect(await letters()).toMatchObject([
      {
        position: 33,
        error_message: 'cannot digest event 33',
        queued: 2,
        attempts: 2,
        state: 'waiting',
      },
    ]);
    const task = async () => {
      const id = await activeOf('tasks');
      const { rows } = await world.sql.query(
        `SELECT t.id, v.valid_from, v.late_event, v.message FROM ${generationTable('tasks', id)} t
         JOIN ${generationTable('task_versions', id)} v USING (id) WHERE t.task_id = 'task-3' ORDER BY v.valid_from`,
      );
      return rows;
    };
    expect(await task()).toEqual([{ id: 3, valid_from: 61, late_event: 23, message: 'Step 22' }]);
    await act('retry', await letterOf('tasks'));
    expect(await letters()).toMatchObject([{ position: 33, queued: 2, attempts: 3, state: 'waiting' }]);
    poison.cure('tasks', 33);
    await act('retry', await letterOf('tasks'));
    expect(await letters()).toEqual([]);
    expect((await task()).at(-1)).toEqual({ id: 3, valid_from: 63, late_event: 53, message: 'Step 52' });
  });

  it('finds nothing to do where the letter is gone, or of another generation', async () => {
    poison.add('tasks', 3);
    await world.append(reports(20));
    start();
    await untilProjected();
    const letter = await letterOf('tasks');
    await act('retry', { ...letter, id: letter.id + 1000 });
    await act('retry', { ...letter, generation: letter.generation + 1000 });
    expect(await letters()).toMatchObject([{ position: 3, attempts: 1 }]);
    await world.sql.query("UPDATE projection.dead_letters SET state = 'waiting'");
    await expectFolds();
  });
});

describe('a skip', () => {
  it('leaves the event out, and applies what waited behind it', async () => {
    poison.add('tasks', 5);
    poison.add('stats', 7);
    await world.append(reports(40));
    start();
    await untilProjected();
    await act('skip', await letterOf('tasks'));
    await act('skip', await letterOf('stats'));
    expect(await letters()).toEqual([]);
    const id = await activeOf('tasks');
    const { rows } = await world.sql.query(
      `SELECT id, present_from FROM ${generationTable('tasks', id)} WHERE task_id = 'task-5'`,
    );
    // Its first event is the one behind the event that was left out.
    expect(rows).toEqual([{ id: 15, present_from: 41 }]);
    const log = await readLog(world.sql);
    const stats = PROJECTIONS.find(({ name }) => name === 'stats') as (typeof PROJECTIONS)[number];
    const fold = await tablesOfFold(stats, log, ({ position }) => position !== 7);
    const tables = await readTables(world.sql, await activeOf('stats'));
    expect([tables.stats, tables.stats_tasks]).toEqual([fold.stats, fold.stats_tasks]);
    expect(tables.series_late).toHaveLength(3);
  });
});

describe('a rebuild', () => {
  const untilState = (id: number, state: string) =>
    vi.waitFor(
      async () => expect((await world.register()).find((one) => one.id === id)).toMatchObject({ state }),
      PATIENCE,
    );

  it('has dead letters of its own, and takes over with them; those of what it replaced go with it', async () => {
    poison.add('tasks', 2);
    await world.append(reports(40));
    start();
    await untilProjected();
    const old = await letterOf('tasks');
    poison.cure('tasks', 2);
    poison.add('tasks', 6, 36);
    const [id] = (await world.rebuild(['tasks'], 'hold')) as [number];
    await untilState(id, 'ready');
    expect((await letters()).map(({ generation, position }) => [generation, position])).toEqual([
      [old.generation, 2],
      [id, 6],
    ]);
    await world.act("UPDATE projection.generations SET on_ready = 'switch' WHERE id = $1", [id]);
    await untilState(id, 'active');
    await world.append(reports(10));
    await untilProjected();
    await expectFolds();
    expect((await letters()).find(({ generation }) => generation === id)).toMatchObject({ queued: 4 });
    await world.act('UPDATE projection.generations SET drop_requested = true WHERE id = $1', [
      old.generation,
    ]);
    await vi.waitFor(async () => expect(await letters()).toHaveLength(1), PATIENCE);
    expect((await letters())[0]).toMatchObject({ generation: id });
  });

  it('that is given up leaves no letters', async () => {
    poison.add('stats', 6);
    await world.append(reports(40));
    start();
    await untilProjected();
    const [id] = (await world.rebuild(['stats'], 'drop')) as [number];
    await vi.waitFor(
      async () =>
        expect((await world.register()).find((one) => one.id === id)).toMatchObject({
          state: 'cancelled',
          has_tables: false,
        }),
      PATIENCE,
    );
    expect(await letters()).toMatchObject([{ projection: 'stats', generation: await activeOf('stats') }]);
  });

  it('comes to acts on its own letters while it is built, before there are indexes', async () => {
    poison.add('tasks', 4);
    poison.add('events', 4);
    await world.append(reports(40));
    const { projector } = start();
    await untilProjected();
    await projector.stop();
    const builds = await world.rebuild(['tasks', 'events'], 'switch');
    // The letters of a build that was cut off behind its 30th event.
    for (const [index, name] of (['tasks', 'events'] as const).entries()) {
      const projection = poison
        .in(PROJECTIONS)
        .find((one) => one.name === name) as (typeof PROJECTIONS)[number];
      const id = builds[index] as number;
      await world.projectorPool.query(projection.tables(id));
      await world.sql.query('UPDATE projection.generations SET has_tables = true WHERE id = $1', [id]);
      await world.sql.query(
        `INSERT INTO projection.dead_letters (generation, project, task_id, position, error_name, error_message)
         VALUES ($1, 'project-0', 'task-4', 4, 'Error', '')`,
        [id],
      );
    }
    for (const letter of (await letters()).filter(({ generation }) => builds.includes(generation))) {
      poison.cure(letter.projection, 4);
      await world.sql.query("UPDATE projection.dead_letters SET state = 'retry' WHERE id = $1", [letter.id]);
      const { id, projection, generation, project, task_id, position } = letter;
      const named = { dead_letter: id, projection, generation, project, task_id, position };
      await world.append([deadLetterEvent('dead_letter.retried', 'operator', named)]);
    }
    // So many that the tables are filled before they are indexed.
    await world.append(reports(3_000));
    start();
    for (const id of builds) await untilState(id, 'active');
    await untilProjected();
    expect((await letters()).filter(({ generation }) => builds.includes(generation))).toEqual([]);
    const events = PROJECTIONS.find(({ name }) => name === 'events') as (typeof PROJECTIONS)[number];
    const fold = await tablesOfFold(events, await readLog(world.sql), () => true);
    expect(await readTables(world.sql, builds[1] as number)).toEqual(fold);
  });
});
