/** Commands on dead letters that fail, or find nothing to do. What a retry and a skip make of the tables is in the contract of the projections. */
import { generationTable } from '@att/platform/projections';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PoisonedWorld, reports } from '../testing/poisoned-world.js';

let world: PoisonedWorld;
beforeEach(async () => {
  world = await PoisonedWorld.create();
});
afterEach(() => world.base.close());

describe('a retry', () => {
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
