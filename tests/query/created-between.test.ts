/** Lists between two times of creation hold while the log grows under them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answered, totalOf } from './support/answers.js';
import { askEarly } from './support/ask-early.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';
import { started } from './support/reports.js';

const SECOND = 1_000;

/** Every list of tasks, and every place that its tasks are read from. */
const LISTS = [
  '/api/tasks?',
  '/api/projects/shop/tasks?',
  '/api/tasks/search?q=title%20of&',
  '/api/tasks?task_name=title&',
  '/api/tasks?sort=-updated&',
  '/api/tasks?sort=updated&',
  '/api/tasks?sort=title&',
  '/api/tasks?sort=duration&',
  '/api/tasks?status=running&',
  '/api/tasks?agent=claude&sort=-updated&',
];

let world: QueryWorld;
let clock: number;
const timeAt = (offset: number) => new Date(clock + offset).toISOString();

async function begin(): Promise<void> {
  clock = Date.now();
  world = await createQueryWorld({ now: () => clock });
  world.startProjecting();
  await world.projected(await world.append(started({ task: 'first' })));
  await world.stopProjecting();
}
beforeEach(begin);
afterEach(() => world.close());

/** Asks while the projector is away, and lets a task be created, `later` than now, before the answer is read. */
async function whileOneIsCreated(pathsNow: () => readonly string[], later: number): Promise<string[][]> {
  const prepare = async () => {
    await world.close();
    await begin();
    const position = await world.append(started({ task: 'second' }));
    return { world, paths: pathsNow().map((path) => `${path}&min_position=${position}`), position };
  };
  const answers = await askEarly(prepare, async () => {
    await sleep(300);
    clock += later;
    await world.append(started({ task: 'third' }));
  });
  return answers.map((answer) => {
    const tasks = answered('listTasks', answer).map(({ task_id }) => task_id);
    expect(totalOf(answer)).toBe(tasks.length);
    return tasks.sort();
  });
}

describe('a list of tasks', () => {
  it('lets none through that was created behind `to` while it was read', async () => {
    const to = () => encodeURIComponent(timeAt(2 * SECOND));
    const paths = () => LISTS.flatMap((list) => [`${list}to=${to()}`, `${list}to_date=${to()}`]);
    const found = await whileOneIsCreated(paths, 5 * SECOND);
    for (const [index, tasks] of found.entries()) expect(tasks, paths()[index]).toEqual(['first', 'second']);
  });

  it('lets none through that was created before `from` while it was read', async () => {
    const from = () => encodeURIComponent(timeAt(9 * SECOND));
    const paths = () => LISTS.flatMap((list) => [`${list}from=${from()}`, `${list}from_date=${from()}`]);
    const found = await whileOneIsCreated(paths, 5 * SECOND);
    for (const [index, tasks] of found.entries()) expect(tasks, paths()[index]).toEqual([]);
  });

  it('has those that were created in between while it was read', async () => {
    const between = () =>
      `from=${encodeURIComponent(timeAt(2 * SECOND))}&to=${encodeURIComponent(timeAt(9 * SECOND))}`;
    const paths = () => LISTS.map((list) => `${list}${between()}`);
    for (const [index, tasks] of (await whileOneIsCreated(paths, 5 * SECOND)).entries())
      expect(
        tasks.every((task) => task === 'third'),
        paths()[index],
      ).toBe(true);
  });
});

describe('a list of events', () => {
  it.each(['/api/events?', '/api/projects/shop/tasks/second/events?'])(
    '%s holds its bounds',
    async (list) => {
      const second = await world.append(started({ task: 'second' }));
      world.startProjecting();
      await world.projected(second);
      const to = encodeURIComponent(timeAt(2 * SECOND));
      const reading = Promise.all(
        Array.from({ length: 20 }, () => world.get(`${list}to=${to}&min_position=1`)),
      );
      clock += 5 * SECOND;
      const last = await world.append(...Array.from({ length: 10 }, () => started({ task: 'second' })));
      for (const answer of await reading)
        for (const { recorded_at } of answered('listEvents', answer))
          expect(Date.parse(recorded_at)).toBeLessThanOrEqual(clock - 3 * SECOND);
      expect(last).toBe(12);
    },
  );
});
