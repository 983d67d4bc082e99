/** How long it takes from a single webhook to the frame on a socket, everything on. */
import { median } from '../load/percentile.js';
import type { LatencyPlan, LatencyResult } from '../load/webhook-to-socket.js';
import { runInChild, startAtt, temporaryDirectory } from '../processes.js';
import { ROUNDS } from '../rounds.js';
import { atMost, perSecond, type Row } from '../row.js';

const RATE = 1_000;
/** Of each round. */
const SECONDS = 8;

export async function webhookToSocket(): Promise<Row[]> {
  const folder = await temporaryDirectory();
  const all = await startAtt('start', { DATA_DIR: folder.path, DATABASE_URL: '' });
  try {
    const rounds: LatencyResult[] = [];
    for (let round = 1; round <= ROUNDS; round++) rounds.push(await measure(round, all.port));
    const of = (figure: (round: LatencyResult) => number) => median(rounds.map(figure));
    const what = `webhook to socket at ${perSecond(RATE)}, everything on`;
    const figures = `the median of ${ROUNDS} rounds of ${(RATE * SECONDS).toLocaleString('en')} frames`;
    return [
      {
        what: `${what}: p50`,
        figures,
        ...atMost(
          of(({ p50 }) => p50),
          10,
          'ms',
        ),
      },
      {
        what: `${what}: p99`,
        figures,
        ...atMost(
          of(({ p99 }) => p99),
          50,
          'ms',
        ),
      },
    ];
  } finally {
    await all.stop();
    await folder.remove();
  }
}

async function measure(round: number, port: number): Promise<LatencyResult> {
  const plan: LatencyPlan = { port, rate: RATE, seconds: SECONDS, connections: 32, run: `latency-${round}` };
  const result = await runInChild<LatencyResult>('./load/webhook-to-socket.ts', plan);
  const [p50, p99, max] = [result.p50, result.p99, result.max].map((figure) => figure.toFixed(1));
  console.log(`  round ${round}: p50 ${p50} ms, p99 ${p99} ms, the longest ${max} ms`);
  return result;
}
