import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answered, positionOf, refused, totalOf } from './support/answers.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';
import { failed, finished, progressed, started } from './support/reports.js';

describe('an empty log', () => {
  it('has empty lists, and stats of zeros', async () => {
    const world = await createQueryWorld();
    world.startProjecting();
    try {
      await world.projected(0);
      const projects = await world.get('/api/projects');
      expect(answered('listProjects', projects)).toEqual([]);
      expect([totalOf(projects), positionOf(projects)]).toEqual([0, 0]);
      expect(answered('listTasks', await world.get('/api/tasks'))).toEqual([]);
      expect(answered('getStats', await world.get('/api/stats'))).toEqual({
        total_projects: 0,
        total_tasks: 0,
        active_tasks: 0,
        completed_tasks: 0,
        failed_tasks: 0,
        average_duration: null,
      });
      const events = await world.get('/api/events');
      expect(answered('listEvents', events)).toEqual([]);
      expect([totalOf(events), positionOf(events)]).toEqual([0, 0]);
      refused(await world.get('/api/events/1'), 'not_found');
    } finally {
      await world.close();
    }
  });
});

describe('projects and stats', () => {
  let world: QueryWorld;
  let head: number;

  beforeAll(async () => {
    world = await createQueryWorld();
    head = await world.append(
      started({ project: 'shop', task: 'a', agent: 'claude' }),
      started({ project: 'shop', task: 'b', agent: 'gpt' }),
      finished({ project: 'shop', task: 'b', agent: 'gpt' }, { duration_seconds: 10 }),
      started({ project: 'blog', task: 'c', agent: 'claude' }),
      finished({ project: 'blog', task: 'c', agent: 'claude' }, { duration_seconds: 5.25 }),
      started({ project: 'docs', task: 'd', agent: 'claude' }),
      failed({ project: 'docs', task: 'd', agent: 'claude' }, { error_type: 'E', error_message: 'no' }),
      // Claude hands its one task of this project over.
      started({ project: 'wiki', task: 'e', agent: 'claude' }),
      progressed({ project: 'wiki', task: 'e', agent: 'gpt' }, { status: 'going on' }),
    );
    world.startProjecting();
    await world.projected(head);
  });
  afterAll(() => world.close());

  it('lists projects, newest first', async () => {
    const answer = await world.get('/api/projects');
    const projects = answered('listProjects', answer);
    expect(projects.map(({ name }) => name)).toEqual(['wiki', 'docs', 'blog', 'shop']);
    expect(projects.at(-1)).toMatchObject({
      id: 1,
      total_tasks: 2,
      active_tasks: 1,
      completed_tasks: 1,
      failed_tasks: 0,
    });
    expect([totalOf(answer), positionOf(answer)]).toEqual([4, head]);
    const page = await world.get('/api/projects?limit=1&offset=1');
    expect(answered('listProjects', page).map(({ name }) => name)).toEqual(['docs']);
    expect(totalOf(page)).toBe(4);
  });

  it('has one project, or 404', async () => {
    expect(answered('getProject', await world.get('/api/projects/docs'))).toMatchObject({
      id: 6,
      failed_tasks: 1,
    });
    refused(await world.get('/api/projects/nowhere'), 'not_found');
  });

  it.each([
    [
      '',
      {
        total_projects: 4,
        total_tasks: 5,
        active_tasks: 2,
        completed_tasks: 2,
        failed_tasks: 1,
        average_duration: 7.625,
      },
    ],
    [
      '?project=shop',
      {
        total_projects: 1,
        total_tasks: 2,
        active_tasks: 1,
        completed_tasks: 1,
        failed_tasks: 0,
        average_duration: 10,
      },
    ],
    [
      '?agent=claude',
      {
        total_projects: 3,
        total_tasks: 3,
        active_tasks: 1,
        completed_tasks: 1,
        failed_tasks: 1,
        average_duration: 5.25,
      },
    ],
    [
      '?agent=gpt&project=wiki',
      {
        total_projects: 1,
        total_tasks: 1,
        active_tasks: 1,
        completed_tasks: 0,
        failed_tasks: 0,
        average_duration: null,
      },
    ],
    [
      '?project=nowhere',
      {
        total_projects: 0,
        total_tasks: 0,
        active_tasks: 0,
        completed_tasks: 0,
        failed_tasks: 0,
        average_duration: null,
      },
    ],
  ])('counts %s', async (search, stats) => {
    const answer = await world.get(`/api/stats${search}`);
    expect(answered('getStats', answer)).toEqual(stats);
    expect(positionOf(answer)).toBe(head);
  });
});

describe('durations past what a sum of doubles holds', () => {
  it('have a mean all the same, wherever it is asked for', async () => {
    const world = await createQueryWorld();
    world.startProjecting();
    try {
      const longest = { duration_seconds: Number.MAX_VALUE };
      await world.projected(
        await world.append(finished({ task: 'a' }, longest), finished({ task: 'b' }, longest)),
      );
      const average_duration = Number.MAX_VALUE;
      expect(answered('getStats', await world.get('/api/stats'))).toMatchObject({ average_duration });
      expect(answered('getSeries', await world.get('/api/stats/series'))).toMatchObject([
        { average_duration },
      ]);
      expect(answered('listAgents', await world.get('/api/agents'))).toMatchObject([{ average_duration }]);
    } finally {
      await world.close();
    }
  });
});
