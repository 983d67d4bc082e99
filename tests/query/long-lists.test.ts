/** No list is made long by one sender. */
import { MAX_AGENT_PROJECTS, MAX_SUMMARY_CHARACTERS } from '@att/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answered } from './support/answers.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';
import { failed, progressed, started } from './support/reports.js';

const LONG = '🚀'.repeat(200_000);
const CUT = '🚀'.repeat(MAX_SUMMARY_CHARACTERS);
const MIB = 2 ** 20;

let world: QueryWorld;
let head: number;

beforeAll(async () => {
  world = await createQueryWorld();
  for (let task = 0; task < 20; task++) {
    const subject = { task: `long-${task}` };
    head = await world.append(
      started(subject),
      progressed(subject, { status: 'on', message: LONG }),
      failed(subject, { error_type: 'E', error_message: LONG, stack_trace: LONG }),
    );
  }
  const projects = Array.from(
    { length: MAX_AGENT_PROJECTS + 5 },
    (_, n) => `p-${String(n).padStart(3, '0')}`,
  );
  head = await world.append(
    ...projects.map((project) => started({ project, task: 't', agent: 'everywhere' })),
  );
  world.startProjecting();
  await world.projected(head);
});
afterAll(() => world.close());

describe('a list of tasks', () => {
  it.each([
    '/api/tasks?status=failed',
    '/api/projects/shop/tasks?limit=200',
    '/api/tasks/search?q=long',
    '/api/tasks?project=shop&sort=-updated',
    '/api/tasks?project=shop&as_of=60',
  ])('%s has long texts cut, and says which', async (path) => {
    const answer = await world.get(path);
    const tasks = answered('listTasks', answer);
    expect(tasks).toHaveLength(20);
    for (const task of tasks)
      expect(task).toMatchObject({
        message: CUT,
        error_message: CUT,
        truncated: ['message', 'error_message'],
      });
    expect(Buffer.byteLength(answer.text)).toBeLessThan(MIB);
  });

  it('has short texts whole, and says nothing', async () => {
    const [task] = answered('listTasks', await world.get('/api/tasks?as_of=1'));
    expect(task).not.toHaveProperty('truncated');
    const [at] = answered('listTasks', await world.get('/api/tasks?as_of=2'));
    expect(at).toMatchObject({ message: CUT, truncated: ['message'] });
  });

  it('leaves single tasks whole', async () => {
    const task = answered('getTask', await world.get('/api/tasks/long-3'));
    expect(task).toMatchObject({ message: LONG, error_message: LONG, stack_trace: LONG });
    expect(task).not.toHaveProperty('truncated');
  });
});

describe('a list of agents', () => {
  it('has the first projects of one that has many, and says so', async () => {
    const agents = answered('listAgents', await world.get('/api/agents'));
    const many = agents.find(({ name }) => name === 'everywhere');
    expect(many?.projects).toHaveLength(MAX_AGENT_PROJECTS);
    expect(many?.projects.at(-1)).toBe(`p-${String(MAX_AGENT_PROJECTS - 1).padStart(3, '0')}`);
    expect(many?.truncated).toEqual(['projects']);
    expect(agents.find(({ name }) => name === 'claude')).not.toHaveProperty('truncated');
  });
});

describe('a list of events', () => {
  it('ends its page by bytes, and links to the next', async () => {
    const seen: number[] = [];
    let path: string | undefined = '/api/events?limit=1000';
    while (path !== undefined) {
      const answer = await world.get(path);
      expect(Buffer.byteLength(answer.text)).toBeLessThan(18 * MIB);
      seen.push(...answered('listEvents', answer).map(({ position }) => position));
      const next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
      path = next?.replace(/^https?:\/\/[^/]+/, '');
    }
    expect(seen).toEqual(Array.from({ length: head }, (_, index) => index + 1));
  });
});
