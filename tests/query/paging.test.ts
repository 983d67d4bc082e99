/** Pages by cursor: there and back, while rows arrive, in every order. */
import type { TaskSummary } from '@att/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answered, positionOf, refused, totalOf } from './support/answers.js';
import { type Answer, createQueryWorld, type QueryWorld } from './support/query-world.js';
import { finished, started } from './support/reports.js';

const TASKS = 23;

let world: QueryWorld;
let head: number;

beforeAll(async () => {
  world = await createQueryWorld();
  world.startProjecting();
  for (let n = 1; n <= TASKS; n++) await arrive(n);
  await world.projected(head);
});
afterAll(() => world.close());

/** Every third task has a duration, and some titles, agents and durations are the same. */
async function arrive(n: number): Promise<void> {
  const subject = { project: `project-${n % 7}`, task: `task-${n}`, agent: `agent-${n % 5}` };
  const fields = { task: `Title ${n % 4}` };
  head = await world.append(started(subject, fields));
  if (n % 3 === 0) head = await world.append(finished(subject, { ...fields, duration_seconds: (n * 7) % 4 }));
}

type Rel = 'next' | 'prev';

function linksOf(answer: Answer): Partial<Record<Rel, string>> {
  const header = answer.headers.get('link') ?? '';
  return Object.fromEntries([...header.matchAll(/<([^>]+)>; rel="(next|prev)"/g)].map((m) => [m[2], m[1]]));
}

/** Follows links from a page to the last one. @returns the pages with their bodies, the given one first */
async function walk(from: Answer, rel: Rel): Promise<Answer[]> {
  const pages = [from];
  for (;;) {
    const path = linksOf(pages.at(-1) as Answer)[rel];
    if (path === undefined) return pages;
    if (pages.length > 100) throw new Error('the walk does not end');
    const page = await world.get(path);
    expect(page.status, page.text).toBe(200);
    pages.push(page);
  }
}

const rowsOf = (pages: readonly Answer[]) => pages.flatMap((page) => page.body as unknown[]);

const LISTS = [
  ...['created', 'updated', 'title', 'duration'].flatMap((sort) => [
    `/api/tasks?sort=${sort}`,
    `/api/tasks?sort=-${sort}`,
  ]),
  '/api/tasks/search?q=title&sort=-duration',
  '/api/tasks?status=completed&sort=duration',
  '/api/tasks?as_of=20&sort=-duration',
  '/api/projects/project-1/tasks?sort=title',
  ...['name', '-name', 'created', '-updated'].map((sort) => `/api/projects?sort=${sort}`),
  ...['name', 'first_seen', '-last_seen'].map((sort) => `/api/agents?sort=${sort}`),
  '/api/events?data=text',
  '/api/events?agent=agent-1',
  '/api/events?agent=agent-1&after=4&as_of=20',
];

describe.each(LISTS)('%s', (list) => {
  it.each([1, 2, 5])('is the same in pages of %d, there and back', async (limit) => {
    const whole = (await world.get(`${list}&limit=200`)).body as unknown[];
    expect(whole.length).toBeGreaterThan(0);
    const first = await world.get(`${list}&limit=${limit}`);
    const there = await walk(first, 'next');
    expect(rowsOf(there)).toEqual(whole);
    expect(there).toHaveLength(Math.ceil(whole.length / limit));

    const back = await walk(there.at(-1) as Answer, 'prev');
    expect(rowsOf([...back].reverse())).toEqual(whole);

    const ends = there.map((page) => Object.keys(linksOf(page)).sort());
    const expected = there.map((_, n) => [
      ...(n < there.length - 1 ? ['next'] : []),
      ...(n > 0 ? ['prev'] : []),
    ]);
    expect(ends).toEqual(expected);
    // The last page backwards is the first: it has a next, unless it is the only one, and no prev.
    expect(Object.keys(linksOf(back.at(-1) as Answer))).toEqual(there.length > 1 ? ['next'] : []);
  });

  it('goes on by cursor from an offset', async () => {
    const whole = (await world.get(`${list}&limit=200`)).body as unknown[];
    const inside = await world.get(`${list}&limit=2&offset=1`);
    expect(rowsOf(await walk(inside, 'next'))).toEqual(whole.slice(1));
    if (whole.length > 1) {
      const before = await world.get(linksOf(inside).prev as string);
      expect(before.body).toEqual(whole.slice(0, 1));
      expect(linksOf(before).prev).toBeUndefined();
    }
  });

  it('is empty past its end', async () => {
    const beyond = await world.get(`${list}&offset=1000`);
    expect([beyond.status, beyond.body]).toEqual([200, []]);
    expect(linksOf(beyond)).toEqual({});
  });
});

describe('while rows arrive', () => {
  it.each(['created', '-created'])('the order %s neither skips nor repeats a row', async (sort) => {
    const before = answered('listTasks', await world.get(`/api/tasks?sort=${sort}&limit=200`));
    const seen: TaskSummary[] = [];
    let page = await world.get(`/api/tasks?sort=${sort}&limit=4`);
    for (let n = 0; ; n++) {
      seen.push(...answered('listTasks', page));
      const next = linksOf(page).next;
      if (next === undefined) break;
      await arrive(1_000 + seen.length);
      await world.projected(head);
      page = await world.get(`${next}&min_position=${head}`);
      expect(positionOf(page)).toBe(head);
      if (n > 50) break;
    }
    const ids = seen.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual([...ids].sort((a, b) => (sort === 'created' ? a - b : b - a)));
    expect(ids).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
    const after = await world.get(`/api/tasks?sort=${sort}&limit=200&min_position=${head}`);
    // Tasks that were created meanwhile are at the end of one order, and before the start of the other.
    if (sort === 'created') expect(ids).toEqual(answered('listTasks', after).map(({ id }) => id));
    else expect(ids).toEqual(before.map(({ id }) => id));
  });

  it.each([
    '/api/tasks?sort=-updated',
    '/api/tasks?sort=title',
    '/api/projects?sort=-updated',
    '/api/agents?sort=name',
  ])('%s is read on as it was at its first page', async (list) => {
    const whole = await world.get(`${list}&limit=200`);
    const first = await world.get(`${list}&limit=3`);
    for (let n = 0; n < 3; n++) await arrive(2_000 + n);
    await world.projected(head);
    const pages = await walk(first, 'next');
    expect(rowsOf(pages)).toEqual(whole.body);
    for (const page of pages) {
      expect([positionOf(page), totalOf(page)]).toEqual([positionOf(first), totalOf(whole)]);
    }
  });

  it('a time that has not come yet is pinned to what it meant for the first page', async () => {
    const list = '/api/tasks?as_of=9999-01-01T00:00:00Z';
    const whole = await world.get(`${list}&limit=200`);
    const first = await world.get(`${list}&limit=5`);
    await arrive(3_000);
    await world.projected(head);
    expect(rowsOf(await walk(first, 'next'))).toEqual(whole.body);
    const events = await world.get('/api/events?as_of=9999-01-01T00:00:00Z&limit=9');
    await arrive(3_001);
    for (const page of await walk(events, 'next')) expect(positionOf(page)).toBe(positionOf(events));
  });
});

describe('a cursor', () => {
  const cursorOf = async (path: string) =>
    new URL(linksOf(await world.get(path)).next ?? '', 'http://localhost').searchParams.get('cursor') ?? '';

  it.each([
    ['another order', '/api/tasks?limit=2&sort=title'],
    ['another filter', '/api/tasks?limit=2&status=running'],
    ['another as_of', '/api/tasks?limit=2&as_of=20'],
    ['another list', '/api/projects/project-1/tasks?limit=2'],
    ['the log', '/api/events?limit=2'],
  ])('is refused by %s', async (_, path) => {
    const cursor = await cursorOf('/api/tasks?limit=2');
    const problem = refused(await world.get(`${path}&cursor=${cursor}`), 'invalid_parameter');
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['cursor']);
    expect(problem.detail).toContain('another list');
  });

  it('is taken with another limit, and in another spelling of the same list', async () => {
    const cursor = await cursorOf('/api/tasks?status=running&limit=2&sort=title');
    const answer = await world.get(`/api/tasks?cursor=${cursor}&sort=title&limit=3&status=%72unning`);
    expect(answered('listTasks', answer)).toHaveLength(3);
  });

  it.each(['x', '%00', 'W10', '🚀', 'bnVsbA', 'WyJhIl0'])('%j is refused by every list', async (garbage) => {
    for (const path of ['/api/tasks', '/api/projects', '/api/agents', '/api/events']) {
      const problem = refused(
        await world.get(`${path}?cursor=${encodeURIComponent(garbage)}`),
        'invalid_parameter',
      );
      expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['cursor']);
    }
  });

  it('that was tampered with is refused, whatever the order', async () => {
    const values = [1.5, 1e300, -1, 'x', '\0', null, '2026-02-30T00:00:00.000Z', true, { a: 1 }];
    for (const path of [
      '/api/tasks?sort=created',
      '/api/tasks?sort=-duration',
      '/api/tasks?sort=title',
      '/api/projects?sort=updated',
    ]) {
      const ours = JSON.parse(Buffer.from(await cursorOf(`${path}&limit=1`), 'base64url').toString());
      for (const [index, value] of values.flatMap((value) => [1, 2, 3, 4].map((n) => [n, value] as const))) {
        const tampered = Buffer.from(JSON.stringify(ours.with(index, value))).toString('base64url');
        const answer = await world.get(`${path}&cursor=${tampered}`);
        expect([200, 422], `${path} ${index} ${value}: ${answer.text}`).toContain(answer.status);
      }
      const ahead = Buffer.from(JSON.stringify(ours.with(4, 999_999))).toString('base64url');
      const problem = refused(await world.get(`${path}&cursor=${ahead}`), 'position_ahead');
      expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['cursor']);
    }
  });

  it('excludes an offset', async () => {
    const cursor = await cursorOf('/api/tasks?limit=2');
    const problem = refused(await world.get(`/api/tasks?cursor=${cursor}&offset=1`), 'invalid_parameter');
    expect(problem.errors).toEqual([{ pointer: 'cursor', detail: 'cannot be given together with offset' }]);
  });

  it('keeps a path as it was asked for, and leaves the key out', async () => {
    head = await world.append(
      started({ project: 'a/b ö', task: 'one' }),
      started({ project: 'a/b ö', task: 'two' }),
    );
    const path = `/api/projects/${encodeURIComponent('a/b ö')}/tasks`;
    const first = await world.get(
      `${path}?limit=1&min_position=${head}&api_key=test-key-of-query-0123456789`,
    );
    const next = linksOf(first).next as string;
    expect(next).toMatch(new RegExp(`^${path}\\?limit=1&cursor=[\\w-]+$`));
    expect(answered('listProjectTasks', await world.get(next)).map(({ task_id }) => task_id)).toEqual([
      'one',
    ]);
  });
});

describe('of more tasks than are counted', () => {
  beforeAll(async () => {
    const many = Array.from({ length: 10_001 }, (_, n) => started({ project: 'many', task: `many-${n}` }));
    for (let n = 0; n < many.length; n += 2_000) head = await world.append(...many.slice(n, n + 2_000));
    await world.projected(head);
  });

  it.each(['created', '-created', '-updated', 'title', '-duration'])(
    'pages are in the order %s whether or not they are counted to the last',
    async (sort) => {
      for (const parameter of [`as_of=${head}`, `as_of=${head - 1}`, `min_position=${head}`]) {
        const page = `/api/tasks?sort=${sort}&limit=3&offset=4990&${parameter}`;
        // The total of one project is kept, so its list is read in its order alone.
        const whole = await world.get(`${page}&project=many`);
        const next = await world.get(linksOf(whole).next as string);
        expect(next.body).toHaveLength(3);
        for (const filter of [
          'q=many',
          'q=many%20title',
          'project=many&agent=claude',
          'task_name=many',
          'q=many&status=running',
        ]) {
          const answer = await world.get(`${page}&${filter}`);
          expect(answer.body, `${filter} ${parameter}`).toEqual(whole.body);
          const behind = await world.get(linksOf(answer).next as string);
          expect(behind.body, `${filter} ${parameter}`).toEqual(next.body);
        }
      }
    },
  );

  it('the total is exact to 10,000, and said to be a lower bound past them', async () => {
    const relationOf = (answer: Answer) => answer.headers.get('x-total-count-relation');
    for (const filter of [
      'q=many',
      'q=many%20title',
      'project=many&agent=claude',
      'task_name=title%20of%20many',
    ]) {
      const answer = await world.get(`/api/tasks?limit=1&${filter}`);
      expect([totalOf(answer), relationOf(answer)], filter).toEqual([10_000, 'gte']);
      const before = await world.get(`/api/tasks?limit=1&${filter}&as_of=${head - 1}`);
      expect([totalOf(before), relationOf(before)], filter).toEqual([10_000, null]);
    }
    // Totals that are kept are exact.
    for (const filter of ['project=many', 'project_name=many']) {
      const answer = await world.get(`/api/tasks?limit=1&${filter}`);
      expect([totalOf(answer), relationOf(answer)], filter).toEqual([10_001, null]);
    }
    expect(totalOf(await world.get('/api/tasks?limit=1'))).toBeGreaterThan(10_001);
  });
});
