/** Whatever a project or a task is called, it is read by the path that everybody makes of its name. */
import { buildPath } from '@att/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answered, refused } from './support/answers.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';
import { started } from './support/reports.js';

const NAMES = [
  '.',
  '..',
  '~.',
  '~..',
  '~~.',
  '...',
  '%',
  '%2E',
  '%2F',
  '/',
  'a/../b',
  '?',
  '#',
  '\\',
  '+',
  ' a',
  'שלום',
];

let world: QueryWorld;

beforeAll(async () => {
  world = await createQueryWorld();
  const head = await world.append(...NAMES.map((name) => started({ project: name, task: name })));
  world.startProjecting();
  await world.projected(head);
});
afterAll(() => world.close());

it.each(NAMES)('"%s"', async (name) => {
  const project = await world.get(buildPath('/api/projects/{name}', { name }));
  expect(answered('getProject', project)).toMatchObject({ name, total_tasks: 1 });
  const params = { name, task_id: name };
  const task = await world.get(buildPath('/api/projects/{name}/tasks/{task_id}', params));
  expect(answered('getProjectTask', task)).toMatchObject({ project: name, task_id: name });
  const anywhere = await world.get(buildPath('/api/tasks/{task_id}', { task_id: name }));
  expect(answered('getTask', anywhere)).toMatchObject({ task_id: name });
  const events = await world.get(buildPath('/api/projects/{name}/tasks/{task_id}/events', params));
  expect(answered('listTaskEvents', events)).toHaveLength(1);
});

it('as they are written by hand', async () => {
  const task = await world.get('/api/projects/~./tasks/~.');
  expect(answered('getProjectTask', task)).toMatchObject({ project: '.', task_id: '.' });
  refused(await world.get('/api/projects/~~~~.'), 'not_found');
});
