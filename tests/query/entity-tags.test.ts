/** ETags: an answer that a client has, and that cannot have changed, is not sent again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { switchGeneration } from './support/hand-made-generation.js';
import { type Answer, createQueryWorld, type QueryWorld } from './support/query-world.js';
import { operatorsEvent, progressed, started } from './support/reports.js';

const PATHS = [
  '/api/tasks',
  '/api/tasks/search?q=title',
  '/api/tasks/thing-1',
  '/api/projects',
  '/api/projects/thing-1',
  '/api/projects/thing-1/tasks',
  '/api/projects/thing-1/tasks/thing-1',
  '/api/projects/thing-1/tasks/thing-1/events',
  '/api/agents',
  '/api/stats',
  '/api/stats/series',
  '/api/events',
  '/api/events/1',
];

let world: QueryWorld;
beforeAll(async () => {
  world = await createQueryWorld();
  world.startProjecting();
  const subject = { project: 'thing-1', task: 'thing-1', agent: 'thing-1' };
  await world.projected(await world.append(started(subject), progressed(subject)));
});
afterAll(() => world.close());

const tagOf = (answer: Answer) => answer.headers.get('etag') ?? '';
const ask = (path: string, ifNoneMatch?: string) =>
  world.get(path, ifNoneMatch === undefined ? {} : { headers: { 'If-None-Match': ifNoneMatch } });
const withQuery = (path: string, query: string) => `${path}${path.includes('?') ? '&' : '?'}${query}`;

describe.each(PATHS)('%s', (path) => {
  it('has a weak tag, and is not sent to a client that has it', async () => {
    const answer = await ask(path);
    const tag = tagOf(answer);
    expect(tag).toMatch(/^W\/"[\w-]+"$/);
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    // Compared weakly, in any list.
    for (const known of [tag, tag.slice(2), `"x", ${tag}`, `${tag},W/"y"`, '*']) {
      const again = await ask(path, known);
      expect([again.status, again.text], known).toEqual([304, '']);
      expect(tagOf(again)).toBe(tag);
      expect(again.headers.get('x-position')).toBe(answer.headers.get('x-position'));
    }
    for (const other of ['"x"', 'W/"x"', tag.replaceAll('"', ''), '']) {
      const again = await ask(path, other);
      expect([again.status, again.text], other).toEqual([200, answer.text]);
    }
  });

  it('has another tag for another query, and the same one for the same in other words', async () => {
    const tag = tagOf(await ask(path));
    expect(tagOf(await ask(withQuery(path, 'min_position=1')))).not.toBe(tag);
    expect(tagOf(await ask(withQuery(path, 'api_key=test-key-of-query-0123456789')))).toBe(tag);
  });
});

describe('a tag', () => {
  it('changes with the position, but not that of an answer at a position', async () => {
    const past = PATHS.filter((path) => path !== '/api/events/1').map((path) => withQuery(path, 'as_of=2'));
    const tags = async (paths: string[]) => Promise.all(paths.map(async (path) => tagOf(await ask(path))));
    const [before, beforePast] = [await tags(PATHS), await tags(past)];
    const head = await world.append(progressed({ project: 'other', task: 'other', agent: 'other' }));
    await world.projected(head);
    const [after, afterPast] = [await tags(PATHS), await tags(past)];
    expect(afterPast).toEqual(beforePast);
    PATHS.forEach((path, n) => void expect(after[n], path).not.toBe(before[n]));
  });

  it('changes with the generation', async () => {
    await world.stopProjecting();
    await world.append(operatorsEvent());
    for (const projection of ['projects', 'agents', 'stats'] as const) {
      const path = `/api/${projection}?as_of=2`;
      const before = tagOf(await ask(path));
      await switchGeneration(world.sql, projection, { drop: false });
      const after = await ask(path, before);
      expect(after.status).toBe(200);
      expect(tagOf(after)).not.toBe(before);
    }
  });

  it('is not given to a refusal', async () => {
    for (const path of ['/api/tasks/nothing', '/api/tasks?limit=x', '/api/tasks?as_of=99999']) {
      const answer = await ask(path, '*');
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.headers.get('etag')).toBeNull();
    }
  });
});
