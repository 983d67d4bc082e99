/** Life of a dead letter over HTTP, as a viewer and an operator see it: from the fault to the operator's command. */
import { type DeadLetter, deadLetterSchema } from '@att/contracts';
import { PROJECTIONS } from '@att/projector';
import { Poison } from '@att/projector/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { answered, refused } from './support/answers.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';
import { finished, progressed, started } from './support/reports.js';

let world: QueryWorld;
let poison: Poison;
beforeEach(async () => {
  world = await createQueryWorld();
  poison = new Poison();
});
afterEach(() => world.close());

const getAt = (path: string, position: number | undefined) =>
  world.get(position === undefined ? path : `${path}?as_of=${position}`);
const task = async (name: string, position?: number) =>
  answered('getTask', await getAt(`/api/tasks/${name}`, position));
const names = async (position?: number) =>
  answered('listTasks', await getAt('/api/tasks', position)).map(({ task_id }) => task_id);
const stats = async (position?: number) => answered('getStats', await getAt('/api/stats', position));
const seriesTotals = async (position?: number) => {
  const path = `/api/stats/series?bucket=day${position === undefined ? '' : `&as_of=${position}`}`;
  const days = answered('getSeries', await world.get(path));
  const sum = (figure: 'started' | 'progressed' | 'completed') =>
    days.reduce((total, day) => total + day[figure], 0);
  return [sum('started'), sum('progressed'), sum('completed')];
};

async function deadLetters(): Promise<DeadLetter[]> {
  const { body } = await world.get('/api/dead-letters');
  return (body as unknown[]).map((deadLetter) => deadLetterSchema.parse(deadLetter));
}

/** @returns position of the command in the log */
async function resolve(verb: 'retry' | 'skip', { id }: DeadLetter): Promise<number> {
  const { status, text } = await world.get(`/api/dead-letters/${id}/${verb}`, { method: 'POST' });
  expect(status, text).toBe(202);
  const position = (await world.sql.query('SELECT position FROM log.head')).rows[0].position as number;
  await world.projected(position);
  return position;
}

const [stuck, fine] = [{ task: 'stuck' }, { task: 'fine' }];

it('a retry brings a task back from its position on, and earlier positions stay as they were', async () => {
  poison.add('tasks', 1);
  poison.add('stats', 1);
  world.startProjecting(poison.in(PROJECTIONS));
  const before = await world.append(
    started(stuck),
    started(fine),
    progressed(stuck, { status: 'half way' }),
    finished(stuck, { duration_seconds: 3 }),
  );
  await world.projected(before);
  expect(await names()).toEqual(['fine']);
  refused(await world.get('/api/tasks/stuck'), 'not_found');
  expect(await stats()).toMatchObject({ total_tasks: 1, completed_tasks: 0 });
  const all = await deadLetters();
  expect(all.map(({ projection, position, queued }) => [projection, position, queued])).toEqual([
    ['tasks', 1, 2],
    ['stats', 1, 2],
  ]);
  // Projects are counted by a projection without the fault.
  expect(answered('listProjects', await world.get('/api/projects'))).toMatchObject([{ total_tasks: 2 }]);

  poison.cure('tasks', 1);
  poison.cure('stats', 1);
  const retriedAt = [];
  for (const deadLetter of all) retriedAt.push(await resolve('retry', deadLetter));
  const [tasksRetriedAt, statsRetriedAt] = retriedAt as [number, number];
  expect(await deadLetters()).toEqual([]);

  expect(await task('stuck')).toMatchObject({
    id: 1,
    status: 'completed',
    position: 4,
    duration_seconds: 3,
  });
  expect(await names()).toEqual(['fine', 'stuck']);
  expect(await names(tasksRetriedAt)).toEqual(['fine', 'stuck']);
  expect(await names(tasksRetriedAt - 1)).toEqual(['fine']);
  refused(await getAt('/api/tasks/stuck', tasksRetriedAt - 1), 'not_found');
  expect(await stats(statsRetriedAt)).toMatchObject({
    total_tasks: 2,
    completed_tasks: 1,
    average_duration: 3,
  });
  expect(await stats(statsRetriedAt - 1)).toMatchObject({ total_tasks: 1, completed_tasks: 0 });
  expect(await seriesTotals()).toEqual([2, 1, 1]);
  expect(await seriesTotals(statsRetriedAt)).toEqual([2, 1, 1]);
  expect(await seriesTotals(statsRetriedAt - 1)).toEqual([1, 0, 0]);

  // The task goes on like any other.
  await world.projected(await world.append(started(stuck)));
  expect(await task('stuck')).toMatchObject({ id: 1, status: 'running', attempt: 2, position: 7 });
  expect(await task('stuck', tasksRetriedAt)).toMatchObject({ status: 'completed' });
  // A rebuilt generation has each event at its own position.
  await world.rebuild();
  expect(await names(1)).toEqual(['stuck']);
  expect(await stats(4)).toMatchObject({ total_tasks: 2, completed_tasks: 1 });
});

it('a skip leaves the event out for good, and the next event that fails becomes a dead letter', async () => {
  poison.add('tasks', 2, 3);
  world.startProjecting(poison.in(PROJECTIONS));
  const before = await world.append(
    started(stuck),
    progressed(stuck, { status: 'one', message: 'first' }),
    progressed(stuck, { status: 'two' }),
    finished(stuck),
  );
  await world.projected(before);
  expect(await task('stuck')).toMatchObject({ status: 'running', position: 1 });
  const skipped = await resolve('skip', (await deadLetters())[0] as DeadLetter);
  expect(await deadLetters()).toMatchObject([
    { position: 3, queued: 1, attempts: 2, state: 'waiting', error_message: 'cannot digest event 3' },
  ]);
  expect(await task('stuck')).toMatchObject({ status: 'running', position: 1 });
  const again = await resolve('skip', (await deadLetters())[0] as DeadLetter);
  expect(await deadLetters()).toEqual([]);
  expect(await task('stuck')).toMatchObject({ status: 'completed', message: null, position: 4 });
  expect(await task('stuck', again - 1)).toMatchObject({ status: 'running' });
  expect([skipped, again]).toEqual([5, 6]);
});
