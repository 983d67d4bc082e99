/** Cursors and tags of one log are refused beside another log. */
import { renewEpoch } from '@att/platform/event-log';
import { newEvent } from '@att/platform/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';

let world: QueryWorld;

beforeAll(async () => {
  world = await createQueryWorld();
  world.startProjecting();
  const events = Array.from({ length: 5 }, (_, index) => newEvent({ taskId: `task-${index}` }));
  await world.projected(await world.append(...events));
});

afterAll(() => world.close());

const TARGETS = [
  '/api/projects',
  '/api/projects/project',
  '/api/projects/project/tasks',
  '/api/projects/project/tasks/task-1',
  '/api/projects/project/tasks/task-1/events',
  '/api/tasks',
  '/api/tasks/task-1',
  '/api/agents',
  '/api/stats',
  '/api/stats/series?bucket=day',
  '/api/events',
  '/api/events/1',
  '/api/tasks?as_of=3',
];

it('tags answers with the epoch of now, while the server runs on', async () => {
  const tags = new Map<string, string>();
  for (const target of TARGETS) {
    const answer = await world.get(target);
    const tag = answer.headers.get('etag') as string;
    expect(await world.get(target, { headers: { 'If-None-Match': tag } })).toMatchObject({ status: 304 });
    tags.set(target, tag);
  }
  await renewEpoch(world.sql);
  for (const [target, tag] of tags) {
    const answer = await world.get(target, { headers: { 'If-None-Match': tag } });
    expect(answer.status, target).toBe(200);
    expect(answer.headers.get('etag'), target).not.toBe(tag);
  }
});

it.each(['/api/tasks?limit=2', '/api/tasks?limit=2&sort=title', '/api/events?limit=2'])(
  'takes no cursor of the log before: %s',
  async (target) => {
    const next = async () =>
      /<([^>]+)>; rel="next"/.exec((await world.get(target)).headers.get('link') ?? '')?.[1];
    const before = (await next()) as string;
    expect((await world.get(before)).status).toBe(200);
    await renewEpoch(world.sql);
    const refused = await world.get(before);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('is of a log that was replaced by another');
    expect((await world.get((await next()) as string)).status).toBe(200);
  },
);
