/** Cost of reads with many superseded reports: the database pages that each read touches are counted, and must not grow. */
import { ROUTES } from '@att/contracts';
import type { ProjectionName } from '@att/platform/projections';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { agentRoutes } from '../../services/query/src/agents/routes.js';
import { projectRoutes } from '../../services/query/src/projects/routes.js';
import { ReadModel } from '../../services/query/src/read-model/read-model.js';
import { statsRoutes } from '../../services/query/src/stats/routes.js';
import { taskRoutes } from '../../services/query/src/tasks/routes.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';
import { progressed, started } from './support/reports.js';

const FEW = 1_000;
const MANY = 10_000;
/** Tasks that report again and again, and tasks that were reported on once. */
const BUSY = 5;
const IDLE = 40;
/** Bound on pages with many reports: this factor of those with few, and this many more. */
const FACTOR = 2;
const MORE = 400;

type Read = [name: 'listTasks' | 'listAgents' | 'listProjects' | 'getStats', query: Record<string, string>];

const LISTS: Read[] = [
  ...['-updated', 'updated', '-created', 'title', '-duration'].map((sort): Read => ['listTasks', { sort }]),
  ...['-updated', '-created', 'title'].flatMap((sort): Read[] => [
    ['listTasks', { sort, status: 'waiting' }],
    ['listTasks', { sort, status: 'running', project: 'shop' }],
    ['listTasks', { sort, agent: 'agent-1' }],
    ['listTasks', { sort, q: 'step' }],
    ['listTasks', { sort, task_name: 'title' }],
  ]),
  ['listTasks', { q: 'step', status: 'waiting' }],
  ['listTasks', { limit: '5', offset: '20', sort: '-updated' }],
  ['listAgents', {}],
  ['listAgents', { sort: '-last_seen' }],
  ['listProjects', { sort: '-updated' }],
  ['getStats', { agent: 'agent-1' }],
];

let world: QueryWorld;
let head = 0;
beforeAll(async () => {
  world = await createQueryWorld();
  world.startProjecting();
});
afterAll(() => world.close());

/** Each report changes status, agent, title and message. */
async function report(until: number): Promise<void> {
  while (head < until) {
    const events = Array.from({ length: Math.min(2_000, until - head) }, (_, n) => {
      const number = head + n;
      const subject = { task: `busy-${number % BUSY}`, agent: `agent-${(number >> 3) % 2}` };
      const status = (number >> 3) % 2 === 0 ? 'waiting' : 'running';
      return progressed(subject, { task: `Title ${number}`, status, message: `Step ${number} is done` });
    });
    head = await world.append(...events);
  }
  await world.projected(head);
  // Autovacuum would do so in the next minutes.
  await world.sql.query('VACUUM ANALYZE');
}

async function pagesOf([name, query]: Read, asOf?: number): Promise<number> {
  const { rows } = await world.sql.query<{ id: number; projection: ProjectionName }>(
    "SELECT id, projection FROM projection.generations WHERE state = 'active'",
  );
  const generations = new Map(rows.map(({ id, projection }) => [projection, id]));
  let pages = 0;
  const reader = {
    async query(statement: { text: string; values: unknown[] }) {
      const explain = `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${statement.text}`;
      const explained = await world.sql.query(explain, statement.values);
      const [found] = [explained.rows[0]['QUERY PLAN']]
        .flat()
        .map((plan) => (typeof plan === 'string' ? JSON.parse(plan)[0] : plan));
      pages += found.Plan['Shared Hit Blocks'] + found.Plan['Shared Read Blocks'];
      return (await world.sql.query(statement.text, statement.values)).rows;
    },
  } as never;
  const progress = {
    read: async () => ({
      epoch: 'e',
      head,
      generations: new Map(),
      otherVersion: new Set(),
      builds: new Map(),
    }),
    waitFor: async ({ projection }: { projection: ProjectionName }) => generations.get(projection),
  } as never;
  const models = new ReadModel({ reader, progress, times: reader, waitTimeout: 2_000 });
  const routes = {
    ...taskRoutes(models, reader),
    ...agentRoutes(models),
    ...projectRoutes(models),
    ...statsRoutes(models),
  };
  const parameters = asOf === undefined ? query : { ...query, as_of: String(asOf) };
  const parsed = ROUTES[name].query.parse(parameters);
  await (routes[name] as (request: unknown) => Promise<unknown>)({
    query: parsed,
    params: {},
    target: '/api/tasks',
    signal: new AbortController().signal,
  });
  return pages;
}

it('reads as many pages at many superseded reports as at few', async () => {
  head = await world.append(
    ...Array.from({ length: IDLE }, (_, n) => started({ task: `idle-${n}`, agent: `agent-${n % 2}` })),
  );
  await report(FEW);
  const positions = [undefined, IDLE + 100, FEW - 1];
  const few = await measure(positions);
  await report(MANY);
  const many = await measure([...positions, Math.floor(MANY / 2), MANY - 1]);
  const grown = [...many].filter(([read, pages]) => {
    const before = few.get(read) ?? few.get(read.replace(/ as_of .*/, ` as_of ${FEW - 1}`)) ?? 0;
    return pages > FACTOR * before + MORE;
  });
  expect(grown.map(([read, pages]) => `${read}: ${pages}, and was ${few.get(read)}`)).toEqual([]);
});

async function measure(positions: readonly (number | undefined)[]): Promise<Map<string, number>> {
  const pages = new Map<string, number>();
  for (const read of LISTS) {
    for (const at of positions) {
      const name = `${read[0]} ${JSON.stringify(read[1])} ${at === undefined ? 'now' : `as_of ${at}`}`;
      pages.set(name, await pagesOf(read, at));
    }
  }
  return pages;
}
