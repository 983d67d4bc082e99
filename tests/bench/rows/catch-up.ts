/** Catch-up of one client that was away for a million events. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fill } from '../load/fill.js';
import { median } from '../load/percentile.js';
import type { Seen, ViewersPlan } from '../load/viewers.js';
import { processorSeconds } from '../process-figures.js';
import { startAtt, startHelper, type Target } from '../processes.js';
import { perSecond, type Row } from '../row.js';
import { withDatabase } from '../with-database.js';

const TASKS = Number(process.env.BENCH_TASKS ?? 100_000);
const EVENTS = 10 * TASKS;
const ROUNDS = 3;
const TARGET = 50_000;

export function catchUp(): Promise<Row[]> {
  return withDatabase(async (connectionString) => {
    const env = { DATABASE_URL: connectionString };
    const ingest = await startAtt('ingest', env);
    await fill(ingest, TASKS, 'catch-up').finally(() => ingest.stop());
    const realtime = await startAtt('realtime', env);
    try {
      const rounds = [];
      for (let round = 0; round < ROUNDS; round++) rounds.push(await catchUpOnce(realtime));
      const rate = median(rounds.map((round) => round.rate));
      const cost = median(rounds.map((round) => round.cost));
      const row: Row = {
        what: 'catch-up of one client over the socket',
        figures: `${EVENTS.toLocaleString('en')} frames; ${cost.toFixed(1)} µs of the server's processor time each`,
        value: perSecond(rate),
        target: `at least ${perSecond(TARGET)}`,
        reached: rate >= TARGET,
      };
      return [row];
    } finally {
      await realtime.stop();
    }
  });
}

async function catchUpOnce(realtime: Target): Promise<{ rate: number; cost: number }> {
  const usedBefore = processorSeconds(realtime);
  const plan: ViewersPlan = { port: realtime.port, clients: 1, deaf: 0, query: 'after=0' };
  const viewer = await startHelper<Seen>('./load/viewers.ts', plan);
  try {
    let seen = viewer.first;
    while (seen.events < EVENTS) {
      if (seen.gone > 0) throw new Error(`the client was closed after ${seen.events} frames`);
      await sleep(20);
      seen = await viewer.ask();
    }
    const seconds = (seen.at - viewer.first.at) / 1000;
    const rate = (EVENTS - viewer.first.events) / seconds;
    const cost = ((processorSeconds(realtime) - usedBefore) * 1e6) / EVENTS;
    console.log(`  ${perSecond(rate)}, ${cost.toFixed(1)} µs of processor time each`);
    return { rate, cost };
  } finally {
    await viewer.stop();
  }
}
