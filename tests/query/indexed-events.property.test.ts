/** Lists of events of a log of several groups of the index: each is a plain filter of the log. */

import type { LogEvent, NewEvent } from '@att/platform/event-log';
import { INDEXED_FIELDS, type IndexedField } from '@att/platform/projections';
import { printedSeed } from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, type Query } from '../support/model/lists.js';
import { createRandom, type Random } from '../support/random.js';
import { answered } from './support/answers.js';
import { inParallel, readLog } from './support/expect-answer.js';
import { createQueryWorld, type QueryWorld } from './support/query-world.js';
import { failed, progressed, started } from './support/reports.js';

const GROUP = 8_192;
/** Two whole groups and a part of the third are indexed, and a group's worth and more is behind the index. */
const INDEXED = 2 * GROUP + 1_000;
const EVENTS = 3 * GROUP + 1_500;
/** Positions at which a chunk or a group begins or ends. */
const EDGES = [1, 256, 257, GROUP, GROUP + 1, 2 * GROUP, 2 * GROUP + 1, INDEXED, INDEXED + 1, 3 * GROUP];
const LISTS_OF_COMBINATION = 3;

let world: QueryWorld;
let log: LogEvent[];
let random: Random;
beforeAll(async () => {
  random = createRandom(printedSeed('indexed events'));
  world = await createQueryWorld();
  const drawn = Array.from({ length: EVENTS }, (_, index) => drawReport(index + 1));
  world.startProjecting();
  await world.append(...drawn.slice(0, INDEXED));
  await world.projected(INDEXED);
  await world.stopProjecting();
  await world.append(...drawn.slice(INDEXED));
  log = await readLog(world);
});
afterAll(() => world.close());

/** Tasks report for a while, by an agent or two; some values occur at edges alone. */
function drawReport(position: number): NewEvent {
  if (EDGES.includes(position))
    return {
      ...failed({ project: 'edge', task: `edge-${position % 2}`, agent: 'edge' }),
      occurredAt: dayOf(-9),
    };
  const task = Math.floor(position / 100) * 10 + random.between(0, 30);
  const agent = random.between(1, 9) === 1 ? 'any' : `agent-${task % 40}`;
  const report = random.pick([started, progressed, progressed, progressed]);
  const event = report({ project: `project-${task % 4}`, task: `task-${task}`, agent });
  // Nine in ten say when it happened: somewhere in a day that moves on, and now and then long ago or to come.
  const day = random.between(1, 50) === 1 ? random.between(-400, 400) : Math.floor(position / 4_000);
  const occurredAt = random.between(1, 10) === 1 ? null : dayOf(day + random.between(0, 999) / 1_000);
  return { ...event, actor: `key:${task % 3}`, occurredAt };
}

const DAY = 86_400_000;
const dayOf = (day: number) => new Date(Date.UTC(2026, 0, 15) + Math.floor(day * DAY)).toISOString();

const combinations: IndexedField[][] = Array.from({ length: 2 ** INDEXED_FIELDS.length }, (_, n) =>
  INDEXED_FIELDS.filter((_field, bit) => (n >> bit) & 1),
);

/** Values of one event, so that something is found, or of two, and so perhaps nothing. */
function drawQuery(fields: readonly IndexedField[]): Query {
  const [one, other] = [random.pick(log), random.pick(log)];
  const edge = log[random.pick(EDGES) - 1] as LogEvent;
  const source = random.pick([one, edge, one]);
  const query = fields.map((field) => {
    const event = random.between(1, 8) === 1 ? other : source;
    return [field, event[field] as string] as const;
  });
  const start = random.pick([0, 0, random.pick(EDGES), random.between(0, EVENTS)]);
  const sort = random.pick(['position', '-position']);
  return { ...Object.fromEntries(query), ...drawDays(source), after: String(start), sort };
}

/** No bound, or one or two about an event. */
function drawDays({ occurred_at, recorded_at }: LogEvent): Query {
  const at = Date.parse(occurred_at ?? recorded_at);
  const about = () => new Date(at + random.pick([0, 1, DAY, 300 * DAY]) * random.pick([-1, 1])).toISOString();
  return random.pick([
    {},
    { occurred_from: about() },
    { occurred_to: about() },
    { occurred_from: about(), occurred_to: about() },
  ]);
}

/** Pages of a list from its first to its last, and back. */
async function walk(query: Query, limit: number): Promise<{ there: number[]; back: number[] }> {
  const read = async (path: string) => {
    const answer = await world.get(path);
    const positions = answered('listEvents', answer).map(({ position }) => position);
    const links = [...(answer.headers.get('link') ?? '').matchAll(/<([^>]+)>; rel="(next|prev)"/g)];
    return { positions, ...Object.fromEntries(links.map(([, target, rel]) => [rel, target])) } as {
      positions: number[];
      next?: string;
      prev?: string;
    };
  };
  let page = await read(`/api/events?${new URLSearchParams({ ...query, limit: String(limit) })}`);
  const there = [...page.positions];
  while (page.next !== undefined && there.length < 5 * limit) {
    page = await read(page.next);
    there.push(...page.positions);
  }
  const back = [...page.positions];
  while (page.prev !== undefined) {
    page = await read(page.prev);
    back.unshift(...page.positions);
  }
  return { there, back };
}

describe('a list of events by fields', () => {
  it.each(combinations.map((fields) => [fields.join(', ') || 'nothing but times', fields] as const))(
    'of %s is the log through a filter, page by page, there and back',
    async (_, fields) => {
      const queries = Array.from({ length: LISTS_OF_COMBINATION }, () => drawQuery(fields));
      await inParallel(queries, async (query) => {
        const expected = eventsOf(log, query).map(({ position }) => position);
        const limit = random.pick([7, 50, 200]);
        const { there, back } = await walk(query, limit);
        const about = JSON.stringify({ query, limit });
        expect(there, about).toEqual(expected.slice(0, Math.max(there.length, 5 * limit)));
        expect(back, about).toEqual(there);
      });
    },
  );

  it('of values at the edges of chunks and groups has each of them', async () => {
    for (const [field, value] of Object.entries({ agent: 'edge', project: 'edge', type: 'task.failed' })) {
      const { there } = await walk({ [field]: value }, 3);
      expect(there, field).toEqual(EDGES);
    }
  });
});
