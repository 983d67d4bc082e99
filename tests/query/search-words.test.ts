/** Searches for several words: each is found somewhere in a task, in whatever order and with whatever blanks. */
import { newEvent } from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answered, totalOf } from './support/answers.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';
import { started } from './support/reports.js';

let world: QueryWorld;
beforeAll(async () => {
  world = await createQueryWorld();
  const report = (taskId: string, type: string, payload: Record<string, unknown>) =>
    newEvent({
      project: 'Search Shop',
      taskId,
      agent: 'claude code',
      type,
      payload: { project: 'Search Shop', task_id: taskId, ...payload },
    });
  await world.append(
    report('invoice-7', 'task.started', { task: 'Refactor the\u00a0PDF\u3000parser' }),
    report('invoice-7', 'task.progressed', { message: 'reading\tpages\nof GROẞE Straße' }),
    report('other-8', 'task.started', { task: 'Refactor the scanner' }),
    report('long-9', 'task.started', { task: 'one two three four five six seven eight nine ten' }),
    report('long-9', 'task.progressed', { message: 'eleven twelve' }),
  );
  const head = await world.append(started({ project: 'other', task: 'x' }));
  world.startProjecting();
  await world.projected(head);
});
afterAll(() => world.close());

const found = async (query: string) =>
  answered('listTasks', await world.get(`/api/tasks?${query}`)).map(({ task_id }) => task_id);
const asked = (q: string) => `q=${encodeURIComponent(q)}`;

describe('a search for several words', () => {
  it.each([
    'parser refactor',
    'PDF the',
    'parser\u00a0pdf',
    'refactor\u3000\u2003 pages',
    'invoice parser reading',
    'große strasse 7',
    '  pdf  ',
    'pdf\u0085parser\u200brefactor',
  ])('finds each in title, id or message: %j', async (q) => {
    expect(await found(asked(q))).toEqual(['invoice-7']);
  });

  it('finds a task by any number of words, and by none that is not there', async () => {
    const all = 'twelve ten nine eight seven six five four three two one eleven long-9';
    expect(await found(asked(all))).toEqual(['long-9']);
    expect(await found(asked(`${all} thirteen`))).toEqual([]);
    expect(await found(`task_name=${encodeURIComponent('ten nine eight seven six five four')}`)).toEqual([
      'long-9',
    ]);
    expect(await found(`task_name=${encodeURIComponent('ten nine eight seven six five twelve')}`)).toEqual(
      [],
    );
    expect(await found(`${asked(all)}&as_of=4`)).toEqual([]);
  });

  it('does not find a word that begins in one text and ends in another', async () => {
    expect(await found(asked('parserreading'))).toEqual([]);
    expect(await found(asked('refactor parser scanner'))).toEqual([]);
  });

  it('goes together with other filters, and with the title alone', async () => {
    expect(await found(`${asked('refactor the')}&status=running&agent=claude%20code`)).toEqual([
      'other-8',
      'invoice-7',
    ]);
    expect(await found(`${asked('pages')}&task_name=${encodeURIComponent('parser refactor')}`)).toEqual([
      'invoice-7',
    ]);
    expect(await found('task_name=pages')).toEqual([]);
  });

  it('for blanks alone asks for nothing', async () => {
    const answer = await world.get(`/api/tasks?${asked(' \u3000')}`);
    expect(totalOf(answer)).toBe(4);
  });

  it('finds projects and agents by the words of their names', async () => {
    expect(await world.get(`/api/projects?${asked('shop\u00a0SEARCH')}`)).toMatchObject({
      body: [{ name: 'Search Shop' }],
    });
    expect(await world.get(`/api/agents?${asked('code claude')}`)).toMatchObject({
      body: [{ name: 'claude code' }],
    });
    expect(await world.get(`/api/agents?${asked('code gpt')}`)).toMatchObject({ body: [] });
  });
});
