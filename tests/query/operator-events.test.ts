/** Events of operators' commands in the log, among those of agents. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answered, totalOf } from './support/answers.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';
import { started } from './support/reports.js';

let world: QueryWorld;
beforeAll(async () => {
  world = await createQueryWorld();
  world.startProjecting();
  await world.projected(0);
});
afterAll(() => world.close());

const command = async (verb: string) => {
  const { status } = await world.get(`/api/projections/tasks/${verb}`, { method: 'POST' });
  expect(status).toBe(202);
};

it('are events of no project, which the projections pass over', async () => {
  await world.append(started({ task: 'before' }));
  await command('pause');
  await command('resume');
  const head = await world.append(started({ task: 'after' }));
  await world.projected(head);

  const tasks = await world.get(`/api/tasks?min_position=${head}&sort=created`);
  expect(answered('listTasks', tasks).map(({ task_id }) => task_id)).toEqual(['before', 'after']);
  const events = await world.get('/api/events');
  expect(totalOf(events)).toBe(4);
  expect(answered('listEvents', events).map(({ type, project, actor }) => [type, project, actor])).toEqual([
    ['task.started', 'shop', 'test'],
    ['projection.paused', null, 'bootstrap'],
    ['projection.resumed', null, 'bootstrap'],
    ['task.started', 'shop', 'test'],
  ]);
  const paused = answered('listEvents', await world.get('/api/events?type=projection.paused'));
  expect(paused).toMatchObject([{ position: 2, data: { projection: 'tasks' } }]);
});
