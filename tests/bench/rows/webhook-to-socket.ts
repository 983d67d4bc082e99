/** How long it takes from a single webhook to the frame on a socket, everything on. */
import { median } from '../load/percentile.js';
import type { Latencies, LatencyPlan, LatencyResult } from '../load/webhook-to-socket.js';
import { runInChild, startAtt, temporaryDirectory } from '../processes.js';
import { ROUNDS } from '../rounds.js';
import { atMost, perSecond, type Row } from '../row.js';

const RATE = 1_000;
/** Length of each round. */
const SECONDS = 8;
/** Milliseconds. */
const LIMITS = { p50: 10, p99: 50 };

export async function webhookToSocket(): Promise<Row[]> {
  const folder = await temporaryDirectory();
  const all = await startAtt('start', { DATA_DIR: folder.path, DATABASE_URL: '' });
  try {
    const rounds: LatencyResult[] = [];
    for (let round = 1; round <= ROUNDS; round++) rounds.push(await measure(round, all.port));
    return (['p50', 'p99'] as const).map((percent) => ({
      what: `webhook to socket at ${perSecond(RATE)}, everything on: ${percent}`,
      figures: `until the webhook was answered ${middle(rounds, 'answer', percent).toFixed(1)} ms`,
      ...atMost(middle(rounds, 'frame', percent), LIMITS[percent], 'ms'),
    }));
  } finally {
    await all.stop();
    await folder.remove();
  }
}

type Percent = 'p50' | 'p99';

function middle(rounds: readonly LatencyResult[], until: keyof LatencyResult, percent: Percent): number {
  return median(rounds.map((round) => round[until][percent]));
}

async function measure(round: number, port: number): Promise<LatencyResult> {
  const plan: LatencyPlan = { port, rate: RATE, seconds: SECONDS, connections: 32, run: `latency-${round}` };
  const result = await runInChild<LatencyResult>('./load/webhook-to-socket.ts', plan);
  const text = ({ p50, p99, max }: Latencies) => [p50, p99, max].map((ms) => ms.toFixed(1)).join(', ');
  console.log(`  round ${round}, p50, p99, max in ms: ${text(result.frame)}; answers ${text(result.answer)}`);
  return result;
}
