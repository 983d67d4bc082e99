import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answered, positionOf, refused, totalOf } from './support/answers.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';
import { failed, finished, progressed, started } from './support/reports.js';

/** Names that every layer between URL and table could trip over. */
const AWKWARD = [
  'a/b',
  '../..',
  '%2F',
  'ünï cödé 中文',
  '__proto__',
  'constructor',
  '🚀',
  'a?b#c&d=e',
  "'; --",
  ' x ',
];

let world: QueryWorld;
let head: number;

beforeAll(async () => {
  world = await createQueryWorld();
  await world.append(
    started({ project: 'shop', task: 'discount' }, { metadata: { ticket: 7, __proto__: null } }),
    progressed({ project: 'shop', task: 'discount' }, { status: 'testing', progress: 62.5, message: 'half' }),
    started({ project: 'shop', task: 'refund' }),
    finished({ project: 'shop', task: 'refund' }, { result: { files: ['a', 'b'] }, duration_seconds: 12.5 }),
    started({ project: 'shop', task: 'tax' }),
    failed(
      { project: 'shop', task: 'tax' },
      { error_type: 'TypeError', error_message: 'no', stack_trace: 'at x' },
    ),
    started({ project: 'blog', task: 'discount', agent: 'gpt' }),
  );
  head = await world.append(...AWKWARD.map((name) => started({ project: name, task: name })));
  world.startProjecting();
  await world.projected(head);
});
afterAll(() => world.close());

describe('a list of tasks', () => {
  it('has all tasks, newest first, without what may be large', async () => {
    const answer = await world.get('/api/tasks');
    const tasks = answered('listTasks', answer);
    expect(tasks.map(({ id }) => id)).toEqual([...tasks.map(({ id }) => id)].sort((a, b) => b - a));
    expect(tasks).toHaveLength(4 + AWKWARD.length);
    expect(totalOf(answer)).toBe(tasks.length);
    expect(positionOf(answer)).toBe(head);
    for (const task of answer.body as object[]) {
      expect(Object.keys(task)).not.toContain('result');
      expect(Object.keys(task)).not.toContain('stack_trace');
      expect(Object.keys(task)).not.toContain('metadata');
    }
  });

  it('is paged by offset, with the count of the whole list on every page', async () => {
    const whole = answered('listTasks', await world.get('/api/tasks'));
    const first = await world.get('/api/tasks?limit=3');
    const second = await world.get('/api/tasks?limit=3&offset=3');
    expect([...answered('listTasks', first), ...answered('listTasks', second)]).toEqual(whole.slice(0, 6));
    expect([totalOf(first), totalOf(second)]).toEqual([whole.length, whole.length]);
    const beyond = await world.get('/api/tasks?offset=1000');
    expect(answered('listTasks', beyond)).toEqual([]);
    expect(totalOf(beyond)).toBe(whole.length);
    expect(positionOf(beyond)).toBe(head);
  });

  it('is filtered by status words', async () => {
    const failedOnes = await world.get('/api/tasks?status=failed');
    expect(answered('listTasks', failedOnes).map((task) => task.task_id)).toEqual(['tax']);
    const several = await world.get('/api/tasks?status=testing,completed&limit=1');
    expect(answered('listTasks', several).map((task) => task.task_id)).toEqual(['refund']);
    expect(totalOf(several)).toBe(2);
    const none = await world.get('/api/tasks?status=nobody-says-this');
    expect(answered('listTasks', none)).toEqual([]);
    expect(totalOf(none)).toBe(0);
  });
});

describe("a project's tasks", () => {
  it('are those of the project alone', async () => {
    const answer = await world.get('/api/projects/shop/tasks');
    const tasks = answered('listProjectTasks', answer);
    expect(tasks.map((task) => task.task_id)).toEqual(['tax', 'refund', 'discount']);
    expect(new Set(tasks.map((task) => task.project_id))).toEqual(new Set([1]));
    expect(totalOf(answer)).toBe(3);
  });

  it('are filtered and paged', async () => {
    const answer = await world.get('/api/projects/shop/tasks?status=failed,completed&limit=1&offset=1');
    expect(answered('listProjectTasks', answer).map((task) => task.task_id)).toEqual(['refund']);
    expect(totalOf(answer)).toBe(2);
  });

  it('are an empty list when none matches, and 404 when there is no such project', async () => {
    const none = await world.get('/api/projects/blog/tasks?status=failed');
    expect(answered('listProjectTasks', none)).toEqual([]);
    refused(await world.get('/api/projects/nowhere/tasks'), 'not_found');
    refused(await world.get('/api/projects/nowhere/tasks?status=failed'), 'not_found');
  });
});

describe('one task', () => {
  it('comes whole', async () => {
    const answer = await world.get('/api/projects/shop/tasks/refund');
    expect(answered('getProjectTask', answer)).toMatchObject({
      id: 3,
      title: 'Title of refund',
      status: 'completed',
      duration_seconds: 12.5,
      result: { files: ['a', 'b'] },
      metadata: {},
      position: 4,
    });
    expect(positionOf(answer)).toBe(head);
    const failedTask = await world.get('/api/projects/shop/tasks/tax');
    expect(answered('getProjectTask', failedTask)).toMatchObject({
      error_type: 'TypeError',
      error_message: 'no',
      stack_trace: 'at x',
      result: null,
    });
  });

  it('is found by its id alone while only one project has it', async () => {
    expect(answered('getTask', await world.get('/api/tasks/refund'))).toMatchObject({ project: 'shop' });
  });

  it('is ambiguous when several projects have it', async () => {
    const problem = refused(await world.get('/api/tasks/discount'), 'ambiguous_task');
    expect(problem.detail).toContain('blog, shop');
    expect(problem.errors?.map(({ detail }) => detail)).toEqual([
      'is a task of blog: /api/projects/blog/tasks/discount',
      'is a task of shop: /api/projects/shop/tasks/discount',
    ]);
  });

  it('is 404 when there is none', async () => {
    refused(await world.get('/api/tasks/nothing'), 'not_found');
    expect(refused(await world.get('/api/projects/shop/tasks/nothing'), 'not_found').detail).toContain(
      'task nothing',
    );
    expect(refused(await world.get('/api/projects/no/tasks/tax'), 'not_found').detail).toContain(
      'project no',
    );
  });
});

describe('a name', () => {
  it.each(AWKWARD)('%j travels in the path', async (name) => {
    const path = encodeURIComponent(name);
    // fetch resolves ".." even when it is encoded, so a name of dots alone cannot be asked for by it.
    expect(answered('getProject', await world.get(`/api/projects/${path}`))).toMatchObject({ name });
    expect(answered('listProjectTasks', await world.get(`/api/projects/${path}/tasks`))).toHaveLength(1);
    expect(answered('getProjectTask', await world.get(`/api/projects/${path}/tasks/${path}`))).toMatchObject({
      project: name,
      task_id: name,
    });
    expect(answered('getTask', await world.get(`/api/tasks/${path}`))).toMatchObject({ task_id: name });
  });
});
