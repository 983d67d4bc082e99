import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@att/contracts';
import { erasePayload } from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answered, positionOf, refused, totalOf } from './support/answers.js';
import { type Answer, createQueryWorld, type QueryWorld } from './support/query-world.js';
import { eventOf, finished, progressed, started } from './support/reports.js';

/** JSON that no parser of ours could give back. */
const AS_SENT =
  '{ "z":1.0, "id":12345678901234567890123, "a":1e2,"task":"T", "__proto__":{"x":1}, "dup":1,"dup":2, "n\\u00e9":"é" }';

let world: QueryWorld;
const times: string[] = [];

beforeAll(async () => {
  world = await createQueryWorld();
  await world.append(
    started({ project: 'shop', task: 'a' }),
    eventOf('status', { project: 'shop', task: 'a', agent: 'gpt' }, AS_SENT),
    started({ project: 'blog', task: 'a' }),
  );
  await sleep(15);
  await world.append(
    { ...finished({ project: 'shop', task: 'a' }), actor: 'key:7' },
    {
      ...progressed({ project: 'shop', task: 'a' }, { status: 'late' }),
      occurredAt: '2026-01-31T12:00:00.000Z',
    },
  );
  await sleep(15);
  await world.append(started({ project: 'blog', task: 'b' }));
  const { rows } = await world.sql.query('SELECT recorded_at FROM log.events ORDER BY position');
  times.push(...rows.map((row) => row.recorded_at as string));
  world.startProjecting();
  await world.projected(6);
});
afterAll(() => world.close());

const positions = (answer: Answer) =>
  (answered('listEvents', answer) as Event[]).map(({ position }) => position);
const list = (search: string) => world.get(`/api/events${search}`);

describe('the log', () => {
  it('is listed by position, with its head and its whole count', async () => {
    const answer = await list('');
    expect(positions(answer)).toEqual([1, 2, 3, 4, 5, 6]);
    expect([positionOf(answer), totalOf(answer)]).toEqual([6, 6]);
  });

  it.each([
    ['?limit=2', [1, 2]],
    ['?after=4', [5, 6]],
    ['?after=2&limit=2', [3, 4]],
    ['?after=99', []],
    ['?offset=2&limit=2', [3, 4]],
    ['?offset=6', []],
    ['?offset=9007199254740991&after=9007199254740991', []],
    ['?after=2&offset=1', [4, 5, 6]],
    ['?project=shop&offset=1&limit=2', [2, 4]],
    ['?project=shop&after=1&offset=2', [5]],
    ['?project=shop&offset=4', []],
    ['?project=shop&offset=5', []],
    ['?project=shop&task_id=a&type=task.progressed&offset=1', [5]],
    ['?project=shop', [1, 2, 4, 5]],
    ['?task_id=a', [1, 2, 3, 4, 5]],
    ['?project=shop&task_id=a', [1, 2, 4, 5]],
    ['?project=blog&task_id=a', [3]],
    ['?project=shop&task_id=unknown', []],
    ['?agent=gpt', [2]],
    ['?type=task.started', [1, 3, 6]],
    ['?type=projection.switched', []],
    ['?actor=key:7', [4]],
    ['?actor=test&task_id=a', [1, 2, 3, 5]],
    ['?sort=position&limit=2', [1, 2]],
    ['?sort=-position', [6, 5, 4, 3, 2, 1]],
    ['?sort=-position&limit=2', [6, 5]],
    ['?sort=-position&offset=1&limit=2', [5, 4]],
    ['?sort=-position&offset=6', []],
    ['?sort=-position&offset=9007199254740991', []],
    ['?sort=-position&after=4', [6, 5]],
    ['?sort=-position&as_of=3', [3, 2, 1]],
    ['?sort=-position&project=shop&limit=2&offset=1', [4, 2]],
    ['?occurred_to=2026-06-01T00:00:00Z', [5]],
    ['?occurred_from=2026-01-31T12:00:00Z&occurred_to=2026-01-31T12:00:00Z', [5]],
    ['?occurred_from=2026-01-31T12:00:00.001Z&occurred_to=2026-02-01T00:00:00Z', []],
    ['?occurred_from=2026-06-01T00:00:00Z', [1, 2, 3, 4, 6]],
    ['?project=shop&type=task.progressed&after=2', [5]],
  ])('answers %s', async (search, expected) => {
    const answer = await list(search);
    expect(positions(answer)).toEqual(expected);
    expect(positionOf(answer)).toBe(search.includes('as_of') ? 3 : 6);
    expect(answer.headers.has('x-total-count')).toBe(/^\?((limit|offset|sort|as_of)=[^&]*&?)*$/.test(search));
  });

  it('is read from its end, page by page, there and back, while events arrive', async () => {
    const pages: string[] = ['/api/events?sort=-position&limit=4'];
    const seen: number[][] = [];
    const linkOf = (answer: Answer, rel: string) =>
      new RegExp(`<([^>]+)>; rel="${rel}"`).exec(answer.headers.get('link') ?? '')?.[1];
    const first = await world.get(pages[0] as string);
    seen.push(positions(first));
    const second = await world.get(linkOf(first, 'next') as string);
    seen.push(positions(second));
    seen.push(positions(await world.get(linkOf(second, 'prev') as string)));
    expect(seen).toEqual([
      [6, 5, 4, 3],
      [2, 1],
      [6, 5, 4, 3],
    ]);
  });

  it('is not asked for a type that no event can have', async () => {
    const problem = refused(await list('?type=task.finshed'), 'invalid_parameter');
    expect(problem.errors).toEqual([
      { pointer: 'type', detail: expect.stringContaining('task.started, task.progressed') },
    ]);
    refused(await list('?sort=created'), 'invalid_parameter');
    refused(await list('?occurred_from=yesterday'), 'invalid_parameter');
  });

  it('is narrowed by recorded time, both ends included', async () => {
    const at = (index: number) => encodeURIComponent(times[index] as string);
    expect(positions(await list(`?from=${at(3)}`))).toEqual([4, 5, 6]);
    expect(positions(await list(`?to=${at(3)}`))).toEqual([1, 2, 3, 4, 5]);
    expect(positions(await list(`?from=${at(3)}&to=${at(4)}`))).toEqual([4, 5]);
    expect(positions(await list('?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z'))).toHaveLength(6);
    expect(positions(await list('?from=9999-01-01T00:00:00Z'))).toEqual([]);
    expect(positions(await list('?to=0001-01-01T00:00:00Z'))).toEqual([]);
  });

  it('is paged by offset with nothing twice and nothing left out, also within recorded times', async () => {
    const between = `from=${encodeURIComponent(times[3] as string)}&to=${encodeURIComponent(times[4] as string)}`;
    for (const filter of ['', 'task_id=a', between]) {
      const whole = positions(await list(`?${filter}`));
      const paged: number[] = [];
      for (let offset = 0; offset <= whole.length; offset++) {
        paged.push(...positions(await list(`?limit=1&offset=${offset}&${filter}`)));
      }
      expect(paged).toEqual(whole);
    }
  });

  it('keeps the answer right while the projection lags', async () => {
    await world.stopProjecting();
    const head = await world.append(
      started({ project: 'late', task: 'new' }),
      progressed({ project: 'shop', task: 'a' }),
    );
    expect(positions(await list('?project=late&task_id=new'))).toEqual([head - 1]);
    expect(positions(await list('?project=shop&task_id=a'))).toEqual([1, 2, 4, 5, head]);
    await world.sql.query("UPDATE projection.generations SET state = 'retired'");
    expect(positions(await list('?project=shop&task_id=a'))).toEqual([1, 2, 4, 5, head]);
    expect(positions(await list('?project=shop&task_id=a'))).toEqual([1, 2, 4, 5, head]);
  });
});

describe('an event', () => {
  it('carries the payload as its sender wrote it', async () => {
    const answer = await world.get('/api/events/2');
    answered('getEvent', answer);
    expect(answer.text).toContain(`"data":${AS_SENT},"salt":"`);
    expect((await list('?after=1&limit=1')).text).toContain(`"data":${AS_SENT},"salt":"`);
  });

  it('carries it as text on demand', async () => {
    const answer = await world.get('/api/events/2?data=text');
    expect(answered('getEvent', answer)).toMatchObject({ data_text: AS_SENT });
    expect(answer.body).not.toHaveProperty('data');
    const listed = answered('listEvents', await list('?data=text&agent=gpt'));
    expect(listed).toMatchObject([{ data_text: AS_SENT }]);
  });

  it('shows what proves it in lower-case hex', async () => {
    const event = answered('getEvent', await world.get('/api/events/1')) as Event;
    const { rows } = await world.sql.query('SELECT salt, data_hash, hash FROM log.events WHERE position = 1');
    expect([event.salt, event.data_hash, event.hash]).toEqual(
      [rows[0].salt, rows[0].data_hash, rows[0].hash].map((bytes: Buffer) => bytes.toString('hex')),
    );
  });

  it('has null for a payload that was erased', async () => {
    await erasePayload(world.sql, 3);
    expect(answered('getEvent', await world.get('/api/events/3'))).toMatchObject({ data: null, salt: null });
    expect(answered('getEvent', await world.get('/api/events/3?data=text'))).toMatchObject({
      data_text: null,
    });
  });

  it('is 404 past the head, 422 for what is no position', async () => {
    refused(await world.get('/api/events/9999'), 'not_found');
    for (const wrong of ['0', '-1', 'x', '1.5', '99999999999999999999']) {
      refused(await world.get(`/api/events/${wrong}`), 'invalid_parameter');
    }
  });
});
