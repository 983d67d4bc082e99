/** How long it takes from a single webhook to the frame on a socket, everything on. */
import type { LatencyPlan, LatencyResult } from '../load/webhook-to-socket.js';
import { runInChild, startAtt, temporaryDirectory } from '../processes.js';
import { atMost, perSecond, type Row } from '../row.js';

const RATE = 1_000;
const SECONDS = 20;

export async function webhookToSocket(): Promise<Row[]> {
  const folder = await temporaryDirectory();
  const all = await startAtt('start', { DATA_DIR: folder.path, DATABASE_URL: '' });
  try {
    const plan: LatencyPlan = { port: all.port, rate: RATE, seconds: SECONDS, connections: 32 };
    const { p50, p99, max, frames } = await runInChild<LatencyResult>('./load/webhook-to-socket.ts', plan);
    console.log(`  p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, the longest ${max.toFixed(1)} ms`);
    const what = `webhook to socket at ${perSecond(RATE)}, everything on`;
    const figures = `${frames.toLocaleString('en')} frames`;
    return [
      { what: `${what}: p50`, figures, ...atMost(p50, 10, 'ms') },
      { what: `${what}: p99`, figures: `the longest ${max.toFixed(1)} ms`, ...atMost(p99, 50, 'ms') },
    ];
  } finally {
    await all.stop();
    await folder.remove();
  }
}
