import type { LogEvent } from '@att/platform/event-log';
import { createTestDatabase, type TestDatabase } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlockedTasks } from './blocked-tasks.js';
import { splitBlocked } from './split-blocked.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await database
    .pool()
    .query("INSERT INTO projection.generations (projection, version, state) VALUES ('tasks', 1, 'active')");
});
afterEach(() => database.drop());

const event = (task: number | null, position: number) =>
  ({
    position,
    project: task === null ? null : 'shop',
    task_id: task === null ? null : `task-${task}`,
  }) as LogEvent;

/** @param count of blocked tasks, from the first on */
async function blockedTasks(count: number): Promise<BlockedTasks> {
  await database.pool().query(
    `INSERT INTO projection.dead_letters (generation, project, task_id, position, error_name, error_message)
     SELECT 1, 'shop', 'task-' || n, n, 'Error', '' FROM generate_series(1, $1::int) n`,
    [count],
  );
  return BlockedTasks.read(database.pool('att_projector'), 1);
}

const EVENTS = [event(1, 1), event(9_999, 2), event(null, 3), event(1, 4), event(2, 5)];

describe('blocked tasks', () => {
  it.each([2, 6_000])('keep their events back, be they %i', async (count) => {
    const tasks = await blockedTasks(count);
    expect(tasks.isEmpty).toBe(false);
    const { applicable, queued } = splitBlocked(
      EVENTS,
      await tasks.among(database.pool('att_projector'), EVENTS),
    );
    expect(applicable.map(({ position }) => position)).toEqual([2, 3]);
    expect(queued).toEqual([
      { project: 'shop', task_id: 'task-1', positions: [1, 4] },
      { project: 'shop', task_id: 'task-2', positions: [5] },
    ]);
  });

  it('are looked up once they are too many to be kept, though none was at first', async () => {
    const tasks = await blockedTasks(0);
    expect(tasks.isEmpty).toBe(true);
    for (let n = 1; n <= 5_001; n++) tasks.add({ project: 'shop', task_id: `task-${n}` });
    await blockedTasks(1);
    const found = await tasks.among(database.pool('att_projector'), EVENTS);
    expect([...found]).toEqual(['shop\0task-1']);
  });
});
