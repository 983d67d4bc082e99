/** Cost of reading and rebuilding at a million events of 100,000 tasks, everything on. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Projection } from '@att/contracts';
import pg from 'pg';
import { fill } from '../load/fill.js';
import { ask, latencies } from '../load/latencies.js';
import { residentMiB } from '../process-figures.js';
import { runInChild, startAtt, type Target } from '../processes.js';
import { inTurn } from '../rounds.js';
import { atLeast, atMost, perSecond, type Row } from '../row.js';
import type { ReadPlan } from '../targets/read-feed.js';
import { withDatabase } from '../with-database.js';

const TASKS = Number(process.env.BENCH_TASKS ?? 100_000);
const EVENTS = 10 * TASKS;
const REQUESTS = 1_000;
const PAGE = 50;

export function readSide(): Promise<Row[]> {
  return withDatabase(async (connectionString) => {
    const all = await startAtt('start', { DATABASE_URL: connectionString });
    try {
      const live = await projectWhileFilling(all);
      await vacuum(connectionString);
      const lists = await timeReads(all);
      return [live, ...lists, ...(await rebuilds(all, connectionString))];
    } finally {
      await all.stop();
    }
  });
}

/** Rate of projecting, up to the last event. Where projecting keeps up with posting, the rate is that of posting, which the figures have. */
async function projectWhileFilling(all: Target): Promise<Row> {
  const startedAt = performance.now();
  await fill(all, TASKS, 'read-side');
  const posted = EVENTS / ((performance.now() - startedAt) / 1000);
  await untilProjected(all);
  const rate = EVENTS / ((performance.now() - startedAt) / 1000);
  return {
    what: 'live projection, all projections, while batches are posted',
    figures: `${EVENTS.toLocaleString('en')} events, posted at ${perSecond(posted)}`,
    value: perSecond(rate),
    target: 'at least 15,000/s',
    reached: rate >= 15_000,
  };
}

async function untilProjected(all: Target): Promise<void> {
  for (;;) {
    if ((await projectionsOf(all)).every(({ position }) => position >= EVENTS)) return;
    await sleep(50);
  }
}

/** Vacuum, as autovacuum does it in the minutes after such a burst: else some of the lists would be timed beside it. */
async function vacuum(connectionString: string): Promise<void> {
  const client = new pg.Client(connectionString);
  await client.connect();
  await client.query('VACUUM ANALYZE');
  await client.end();
}

async function timeReads(all: Target): Promise<Row[]> {
  const random = seeded(20_261_124);
  const moment = () => Math.floor(random() * EVENTS) + 1;
  const page = `/api/tasks?limit=${PAGE}`;
  const first = await time(all, () => page);
  const deep = await farPage(all, page, 1_000);
  const thousandth = await time(all, () => deep);
  return [
    row('task list, first page', first, 15),
    row('task list, 1,000th page by cursor', thousandth, 15),
    {
      what: 'the 1,000th page of the first, p99',
      figures: `${thousandth.p99.toFixed(1)} ms of ${first.p99.toFixed(1)} ms`,
      value: (thousandth.p99 / first.p99).toFixed(2),
      target: 'at most 2',
      reached: thousandth.p99 <= 2 * first.p99,
    },
    row('task list by status', await time(all, () => `${page}&status=completed`), 15),
    row(
      'task list by agent and project',
      await time(all, (i) => `${page}&agent=claude-${i % 50}&project=bench-${i % 20}`),
      15,
    ),
    row('task list, searched', await time(all, (i) => `/api/tasks/search?q=module%20${i}`), 15),
    row('task list, as_of', await time(all, () => `${page}&as_of=${moment()}`), 60),
    row(
      'task list, as_of, last updated first',
      await time(all, () => `${page}&sort=-updated&as_of=${moment()}`),
      60,
    ),
    row(
      'task list, as_of, by status',
      await time(all, () => `${page}&status=running&as_of=${moment()}`),
      150,
    ),
    row(
      'task list, as_of, searched',
      await time(all, (i) => `/api/tasks/search?q=module%20${i}&as_of=${moment()}`),
      150,
    ),
    row('stats, as_of', await time(all, () => `/api/stats?as_of=${moment()}`), 60),
    row('projects, as_of', await time(all, () => `/api/projects?as_of=${moment()}`), 60),
    row(
      'events of one task',
      await time(all, (i) => `/api/events?project=bench-${i % 20}&task_id=read-side-0-${i}`),
      15,
    ),
    row('events of one agent', await time(all, (i) => `/api/events?agent=claude-${i % 50}`), 60),
  ];
}

function time(all: Target, path: (index: number) => string) {
  return latencies(all, REQUESTS, path);
}

function row(what: string, { p50, p99 }: { p50: number; p99: number }, target: number): Row {
  console.log(`  ${what}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
  return { what: `${what}: p99`, figures: `p50 ${p50.toFixed(1)} ms`, ...atMost(p99, target, 'ms') };
}

/** Walks by cursor, as a client would. */
async function farPage(all: Target, firstPage: string, number: number): Promise<string> {
  let path = firstPage;
  for (let page = 1; page < number; page++) {
    const next = /<([^>]+)>; rel="next"/.exec((await ask(all, path)).headers.get('link') ?? '')?.[1];
    if (next === undefined) throw new Error(`the list ended at page ${page}`);
    path = next.replace(/^https?:\/\/[^/]+/, '');
  }
  return path;
}

async function rebuilds(all: Target, connectionString: string): Promise<Row[]> {
  const plan: ReadPlan = { connectionString, until: EVENTS };
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, residentMiB(all));
  }, 100);
  const { rates, ratios } = await inTurn(
    {
      reading: async () => (await runInChild<{ rate: number }>('./targets/read-feed.ts', plan)).rate,
      rebuild: () => rebuild(all),
    },
    'rebuild',
  ).finally(() => clearInterval(watch));
  return [
    {
      what: 'rebuild of all projections, of just reading and parsing the log',
      figures: `${perSecond(rates.rebuild)} of ${perSecond(rates.reading)} events`,
      ...atLeast(ratios.reading, 0.25),
    },
    {
      what: 'memory while it rebuilds',
      figures: 'resident, peak, all services',
      ...atMost(peak, 700, 'MiB'),
    },
  ];
}

/** @returns events a second, until the new generations serve */
async function rebuild(all: Target): Promise<number> {
  const startedAt = performance.now();
  await ask(all, '/api/projections/rebuild', 'POST');
  await untilSwitched(all);
  return EVENTS / ((performance.now() - startedAt) / 1000);
}

async function untilSwitched(all: Target): Promise<void> {
  for (;;) {
    const states = (await projectionsOf(all)).flatMap(({ generations }) =>
      generations.map(({ state }) => state),
    );
    if (states.includes('failed')) throw new Error('a rebuild failed');
    if (!states.includes('building') && !states.includes('ready')) return;
    // Asking each 50 ms takes a twelfth of a core from what is measured.
    await sleep(200);
  }
}

async function projectionsOf(all: Target): Promise<Projection[]> {
  return JSON.parse((await ask(all, '/api/projections')).text);
}

/** Park and Miller's generator: the same moments in every run. */
function seeded(seed: number): () => number {
  let state = seed % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
