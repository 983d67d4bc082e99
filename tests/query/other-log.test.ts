/** Read models of another log, as after separate restores: reads are refused until they are rebuilt. */
import { cutLog } from '@att/platform/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { answered, refused } from './support/answers.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';
import { started } from './support/reports.js';

let world: QueryWorld;
beforeEach(async () => {
  world = await createQueryWorld();
});
afterEach(() => world.close());

const tasks = (project: string, count: number) =>
  Array.from({ length: count }, (_, n) => started({ project, task: `${project}-${n}` }));

/** Read models of ten events of which the log has lost four, and has given their positions to others. */
async function restoreApart(): Promise<number> {
  world.startProjecting();
  await world.projected(await world.append(...tasks('first', 6)));
  await world.projected(await world.append(...tasks('lost', 4)));
  await world.stopProjecting();
  await cutLog(world.sql, 4);
  return world.append(...tasks('kept', 8));
}

it('is 503 with the reason until they are built from the log that is there', async () => {
  const head = await restoreApart();
  expect(head).toBe(14);
  const check = world.query.checks?.find(({ name }) => name === 'read models');
  for (const path of ['/api/tasks', '/api/projects', '/api/stats', '/api/tasks?as_of=1']) {
    const { detail } = refused(await world.get(path), 'projection_behind');
    expect(detail).toContain('was made from another log than the database has');
  }
  await expect(check?.check()).rejects.toThrow('is of another log');

  world.startProjecting();
  await world.projected(head);
  const found = answered('listTasks', await world.get(`/api/tasks?limit=50&min_position=${head}`));
  const expected = [...tasks('first', 6), ...tasks('kept', 8)].map(({ taskId }) => taskId);
  expect(found.map(({ task_id }) => task_id).sort()).toEqual(expected.sort());
  // The switches are events, too.
  await expect.poll(() => check?.check()).toBe('0 events behind');
});
