/** Events that a projection cannot apply, on a real database. */
import { generationTable } from '@att/platform/projections';
import { WAIT_LIMIT } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PoisonedWorld, reports } from '../testing/poisoned-world.js';

let world: PoisonedWorld;
beforeEach(async () => {
  world = await PoisonedWorld.create();
});
afterEach(() => world.base.close());

describe('an event that a projection cannot apply', () => {
  it('stops its own task, in that projection alone', async () => {
    world.poison.add('tasks', 13);
    world.poison.add('stats', 25);
    await world.base.append(reports(40));
    const { projector, metrics } = world.start();
    await world.untilProjected();
    expect(await world.deadLetters()).toMatchObject([
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
    await world.expectFolds();
    const scraped = await metrics.metrics();
    expect(scraped).toContain('att_dead_letters{projection="tasks"} 1');
    expect(scraped).toContain('att_dead_letters{projection="agents"} 0');
    expect(await projector.checks?.[0]?.check()).toBe(
      'following the log; blocked tasks: 1 in stats, 1 in tasks',
    );
  });

  it('has the later events of its task counted, whatever restarts and lost connections', async () => {
    world.poison.add('agents', 4);
    for (let yieldToEventLoop = 0; yieldToEventLoop < 3; yieldToEventLoop++) {
      const { projector } = world.start();
      await world.base.append(reports(40));
      if (yieldToEventLoop > 0)
        await world.base.sql.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'att-projector%'",
        );
      await world.untilProjected();
      await projector.stop();
    }
    expect(await world.deadLetters()).toMatchObject([{ projection: 'agents', position: 4, queued: 11 }]);
    await world.expectFolds();
  });

  it('may be one of many in a batch, of several projections, or the first of its task', async () => {
    world.poison.add('tasks', 1, 2, 13, 40);
    world.poison.add('projects', 2, 3);
    world.poison.add('events', 22);
    world.poison.add('stats', ...Array.from({ length: 40 }, (_, n) => n + 1));
    await world.base.append(reports(40));
    world.start();
    await world.untilProjected();
    expect((await world.deadLetters()).filter(({ projection }) => projection === 'stats')).toHaveLength(10);
    expect((await world.deadLetters()).filter(({ projection }) => projection === 'tasks')).toHaveLength(4);
    await world.base.append(reports(40));
    await world.untilProjected();
    await world.expectFolds();
  });

  it('may be what a table refuses', async () => {
    const { projector } = world.start();
    await world.base.append(reports(10));
    await world.untilProjected();
    const versions = generationTable('task_versions', await world.activeOf('tasks'));
    await world.base.sql.query(
      `ALTER TABLE ${versions} ADD CONSTRAINT no_poison CHECK (message <> 'Step 17')`,
    );
    await world.base.append(reports(40));
    await world.untilProjected();
    expect(await world.deadLetters()).toMatchObject([
      { projection: 'tasks', task_id: 'task-8', position: 28, error_name: 'error', queued: 2 },
    ]);
    expect((await world.deadLetterOf('tasks')).error_message).toContain('no_poison');
    await projector.stop();
    world.start();
    await world.expectFolds();
  });

  it('is none where tables are missing: that stops the projection, and says so', async () => {
    const { projector } = world.start();
    await world.base.append(reports(10));
    await world.untilProjected();
    const series = generationTable('series', await world.activeOf('stats'));
    await world.base.sql.query(`ALTER TABLE ${series} RENAME TO elsewhere`);
    await world.base.append(reports(10));
    await vi.waitFor(
      () => expect(projector.checks?.[0]?.check()).rejects.toThrow('does not exist'),
      WAIT_LIMIT,
    );
    expect(await world.deadLetters()).toEqual([]);
    await world.base.sql.query(
      `ALTER TABLE projection.elsewhere RENAME TO ${series.replace('projection.', '')}`,
    );
    await world.untilProjected();
    await world.expectFolds();
  });
});
