/** Lists while a million events arrive, and right after them: no vacuum has been over the tables yet. */
import pg from 'pg';
import { fill } from '../load/fill.js';
import { ask } from '../load/latencies.js';
import { percentile } from '../load/percentile.js';
import { startAtt, type Target } from '../processes.js';
import { atMost, type Row } from '../row.js';
import { withDatabase } from '../with-database.js';

const TASKS = Number(process.env.BENCH_TASKS ?? 100_000);
/** Requests of each list after the burst. */
const REQUESTS = 300;
/** Milliseconds. */
const TARGET = 40;
const PAGE = '/api/tasks?limit=50';

const LISTS: Record<string, (index: number) => string> = {
  'first page': () => PAGE,
  'last updated first': () => `${PAGE}&sort=-updated`,
  'by status': () => `${PAGE}&status=completed`,
  'by agent and project': (index) => `${PAGE}&agent=claude-${index % 50}&project=bench-${index % 20}`,
  searched: (index) => `/api/tasks/search?q=module%20${index}`,
  'of projects': () => '/api/projects?limit=50',
  'of agents': () => '/api/agents?limit=50',
  'of events of one agent': (index) => `/api/events?agent=claude-${index % 50}`,
};

type Times = Map<string, number[]>;

export function listsBesideBurst(): Promise<Row[]> {
  return withDatabase(async (connectionString) => {
    const all = await startAtt('start', { DATABASE_URL: connectionString });
    try {
      const beside = await timeWhile(all, fill(all, TASKS, 'burst'));
      const after = await timeRounds(all, REQUESTS);
      const vacuums = await countVacuums(connectionString);
      console.log(`  ${vacuums} vacuums by the server itself`);
      return [...rows('while it arrives', beside), ...rows('right after it', after)];
    } finally {
      await all.stop();
    }
  });
}

async function timeWhile(all: Target, burst: Promise<void>): Promise<Times> {
  const times: Times = new Map();
  let isOver = false;
  const ended = burst.finally(() => {
    isOver = true;
  });
  for (let index = 0; !isOver; index++) await timeEach(all, index, times);
  await ended;
  return times;
}

async function timeRounds(all: Target, rounds: number): Promise<Times> {
  const times: Times = new Map();
  for (let index = 0; index < rounds; index++) await timeEach(all, index, times);
  return times;
}

/** Asks for each list once, so that every one meets every state of the tables. */
async function timeEach(all: Target, index: number, times: Times): Promise<void> {
  for (const [name, path] of Object.entries(LISTS)) {
    const startedAt = performance.now();
    await ask(all, path(index));
    const its = times.get(name) ?? [];
    times.set(name, its);
    its.push(performance.now() - startedAt);
  }
}

function rows(when: string, times: Times): Row[] {
  return [...times].map(([name, its]) => {
    its.sort((a, b) => a - b);
    const [p50, p99] = [percentile(its, 50), percentile(its, 99)];
    console.log(
      `  list ${name}, ${when}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms of ${its.length}`,
    );
    const what = `list ${name} beside a burst, ${when}: p99`;
    return { what, figures: `p50 ${p50.toFixed(1)} ms`, ...atMost(p99, TARGET, 'ms') };
  });
}

async function countVacuums(connectionString: string): Promise<number> {
  const client = new pg.Client(connectionString);
  await client.connect();
  const { rows } = await client.query('SELECT sum(autovacuum_count)::int AS count FROM pg_stat_user_tables');
  await client.end();
  return rows[0].count;
}
