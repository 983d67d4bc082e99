/** Reads with min_position: a client that has just written reads its write, or gets 503. */
import { setTimeout as sleep } from 'node:timers/promises';
import { timed } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answered, positionOf, refused } from './support/answers.js';
import { askEarly } from './support/ask-early.js';
import { type Answer, createQueryWorld, type QueryWorld } from './support/query-world.js';
import { progressed, started } from './support/reports.js';

const MODEL_PATHS = [
  ['listTasks', '/api/tasks'],
  ['getTask', '/api/tasks/task-1'],
  ['listProjects', '/api/projects'],
  ['getProject', '/api/projects/shop'],
  ['listProjectTasks', '/api/projects/shop/tasks'],
  ['getProjectTask', '/api/projects/shop/tasks/task-1'],
  ['searchTasks', '/api/tasks/search'],
  ['listTaskEvents', '/api/projects/shop/tasks/task-1/events'],
  ['listAgents', '/api/agents'],
  ['getStats', '/api/stats'],
  ['getSeries', '/api/stats/series'],
] as const;

let world: QueryWorld;
beforeEach(async () => {
  world = await createQueryWorld();
});
afterEach(() => world.close());

describe('min_position', () => {
  it('waits for the projection, and then answers', async () => {
    world.startProjecting();
    for (let turn = 1; turn <= 10; turn++) {
      const head = await world.append(started({}), progressed({}, { status: `step ${turn}` }));
      const answer = await world.get(`/api/tasks/task-1?min_position=${head}`);
      expect(answered('getTask', answer)).toMatchObject({ status: `step ${turn}` });
      expect(positionOf(answer)).toBeGreaterThanOrEqual(head);
    }
  });

  it.each(MODEL_PATHS)('is heeded by %s', async (name, path) => {
    world.startProjecting();
    const head = await world.append(started({}));
    const answer = await world.get(`${path}?min_position=${head}`);
    answered(name, answer);
    expect(positionOf(answer)).toBe(head);
  });

  it('is answered in time by a projector that comes back', async () => {
    world.startProjecting();
    await world.projected(await world.append(started({})));
    const prepare = async () => {
      await world.stopProjecting();
      const position = await world.append(progressed({}, { status: 'seen' }));
      return { world, paths: [`/api/tasks/task-1?min_position=${position}`], position };
    };
    const [answer] = await askEarly(prepare, () => sleep(300));
    expect(answered('getTask', answer as Answer)).toMatchObject({ status: 'seen' });
  });

  it('is 503 after 2 s while the projection does not get there', async () => {
    world.startProjecting();
    await world.projected(await world.append(started({})));
    await world.stopProjecting();
    const head = await world.append(progressed({}, { status: 'unseen' }));
    const asked = performance.now();
    const { result: answer, took } = await timed(world.get(`/api/tasks?min_position=${head}`));
    const waited = performance.now() - asked;
    refused(answer, 'projection_behind');
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(waited).toBeGreaterThan(1_900);
    expect(took).toBeLessThan(3_000);
    expect(answered('listTasks', await world.get('/api/tasks'))).toHaveLength(1);
  });

  it('is 422 past the end of the log, at once', async () => {
    world.startProjecting();
    await world.projected(await world.append(started({})));
    const { result, took } = await timed(world.get('/api/tasks?min_position=2'));
    const problem = refused(result, 'position_ahead');
    expect(took).toBeLessThan(1_000);
    expect(problem.errors).toEqual([{ pointer: 'min_position', detail: 'is past the end of the log, 1' }]);
    refused(await world.get('/api/stats?min_position=9007199254740991'), 'position_ahead');
  });

  it('is had by the log itself at once, and is 422 past its end', async () => {
    const head = await world.append(started({}), progressed({}, { status: 'committed' }));
    for (const [name, path] of [
      ['listEvents', '/api/events?project=shop&'],
      ['getEvent', '/api/events/1?'],
    ] as const) {
      const answer = await world.get(`${path}min_position=${head}`);
      answered(name, answer);
      expect(positionOf(answer)).toBe(head);
      const problem = refused(await world.get(`${path}min_position=${head + 1}`), 'position_ahead');
      expect(problem.errors?.[0]?.pointer).toBe('min_position');
    }
  });

  it('serves a crowd of waiting readers', async () => {
    world.startProjecting();
    const head = await world.append(started({}));
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => world.get(`/api/projects?min_position=${head}`)),
    );
    for (const answer of answers) expect(answered('listProjects', answer)).toHaveLength(1);
  });
});

describe('as_of', () => {
  it.each(MODEL_PATHS)(
    'of a position that the projection has not reached is waited for by %s',
    async (name, path) => {
      world.startProjecting();
      await world.projected(await world.append(started({})));
      let position = 0;
      const prepare = async () => {
        await world.stopProjecting();
        position = await world.append(progressed({}), progressed({}));
        return { world, paths: [`${path}?as_of=${position - 1}`], position };
      };
      const answer = (await askEarly(prepare, () => sleep(100)))[0] as Answer;
      answered(name, answer);
      expect(positionOf(answer)).toBe(position - 1);
    },
  );

  it('is 503 after 2 s when it does not get there, and 422 past the end of the log', async () => {
    world.startProjecting();
    await world.projected(await world.append(started({})));
    await world.stopProjecting();
    const head = await world.append(progressed({}));
    const asked = performance.now();
    const { result: answer, took } = await timed(world.get(`/api/tasks?as_of=${head}`));
    expect(performance.now() - asked).toBeGreaterThan(1_900);
    expect(took).toBeLessThan(3_000);
    refused(answer, 'projection_behind');
    expect(answer.headers.get('retry-after')).toBe('1');
    answered('listTasks', await world.get('/api/tasks?as_of=1'));
    for (const path of [...MODEL_PATHS.map(([, path]) => path), '/api/events']) {
      const problem = refused(await world.get(`${path}?as_of=${head + 1}`), 'position_ahead');
      expect(problem.errors).toEqual([{ pointer: 'as_of', detail: `is past the end of the log, ${head}` }]);
    }
  });

  it('and min_position hold both', async () => {
    world.startProjecting();
    const head = await world.append(started({}), progressed({}, { status: 'second' }), progressed({}));
    await world.projected(head);
    const both = await world.get(`/api/tasks/task-1?as_of=2&min_position=${head}`);
    expect(answered('getTask', both)).toMatchObject({ status: 'second' });
    expect(positionOf(both)).toBe(2);
    const ahead = refused(await world.get(`/api/tasks?as_of=2&min_position=${head + 1}`), 'position_ahead');
    expect(ahead.errors?.map(({ pointer }) => pointer)).toEqual(['min_position']);
    await world.stopProjecting();
    await world.append(progressed({}));
    refused(await world.get(`/api/tasks?as_of=2&min_position=${head + 1}`), 'projection_behind');
  });

  it('of 0 is the empty world, and of a time before the log as well', async () => {
    world.startProjecting();
    await world.projected(await world.append(started({})));
    for (const asOf of ['0', '0001-01-01T00:00:00Z']) {
      const tasks = await world.get(`/api/tasks?as_of=${asOf}`);
      expect(answered('listTasks', tasks)).toEqual([]);
      expect([positionOf(tasks), tasks.headers.get('x-total-count')]).toEqual([0, '0']);
      expect(answered('listEvents', await world.get(`/api/events?as_of=${asOf}`))).toEqual([]);
      refused(await world.get(`/api/projects/shop?as_of=${asOf}`), 'not_found');
      refused(await world.get(`/api/projects/shop/tasks?as_of=${asOf}`), 'not_found');
    }
  });
});

describe('before any read model was built', () => {
  it('reads wait briefly for the first', async () => {
    const paths = MODEL_PATHS.map(([, path]) => `${path}?min_position=1`);
    const prepare = async () => {
      await world.close();
      world = await createQueryWorld();
      return { world, paths, position: await world.append(started({})) };
    };
    const answers = await askEarly(prepare, () => sleep(300));
    for (const [n, [name]] of MODEL_PATHS.entries()) answered(name, answers[n] as Answer);
  });

  it('reads are 503 when none comes, events are not', async () => {
    await world.append(started({}));
    const [tasks, events] = await Promise.all([
      world.get('/api/tasks'),
      world.get('/api/events?project=shop&task_id=task-1'),
    ]);
    refused(tasks, 'projection_behind');
    expect(tasks.headers.get('retry-after')).toBe('1');
    expect(answered('listEvents', events)).toHaveLength(1);
  });
});

describe('the readiness of the read models', () => {
  const check = () => world.query.checks?.find(({ name }) => name === 'read models')?.check();

  it('is the lag in events', async () => {
    await expect(check()).rejects.toThrow('not built yet');
    world.startProjecting();
    await world.projected(await world.append(started({})));
    expect(await check()).toBe('0 events behind');
    await world.stopProjecting();
    await world.append(started({}));
    expect(await check()).toBe('1 event behind');
    await world.append(started({}), started({}));
    expect(await check()).toBe('3 events behind');
  });
});
