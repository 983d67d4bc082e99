/** How long it takes from a single webhook to the frame on a socket, through Kafka: one process a service. */
import { median } from '../../load/percentile.js';
import type { LatencyPlan, LatencyResult } from '../../load/webhook-to-socket.js';
import { runInChild, startAtt } from '../../processes.js';
import { ROUNDS } from '../../rounds.js';
import { atMost, perSecond, type Row } from '../../row.js';
import { withBrokers } from '../../with-brokers.js';

const RATE = 1_000;
/** Length of each round. */
const SECONDS = 8;
/** Milliseconds. */
const LIMITS = { p50: 30, p99: 150 };

export function webhookToSocketThroughKafka(): Promise<Row[]> {
  return withBrokers(async ({ kafka }) => {
    const env = kafka('bench.latency');
    const ingest = await startAtt('ingest', env);
    const realtime = await startAtt('realtime', env);
    try {
      const rounds: LatencyResult[] = [];
      for (let round = 1; round <= ROUNDS; round++) {
        const plan: LatencyPlan = {
          port: ingest.port,
          socketPort: realtime.port,
          rate: RATE,
          seconds: SECONDS,
          connections: 32,
          run: `kafka-${round}`,
        };
        const result = await runInChild<LatencyResult>('./load/webhook-to-socket.ts', plan);
        const { p50, p99, max } = result.frame;
        console.log(
          `  round ${round}: p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, max ${max.toFixed(1)} ms`,
        );
        rounds.push(result);
      }
      return (['p50', 'p99'] as const).map((percent) => ({
        what: `webhook to socket through Kafka at ${perSecond(RATE)}: ${percent}`,
        figures: `until the webhook was answered ${median(rounds.map(({ answer }) => answer[percent])).toFixed(1)} ms`,
        ...atMost(median(rounds.map(({ frame }) => frame[percent])), LIMITS[percent], 'ms'),
      }));
    } finally {
      await Promise.all([ingest.stop(), realtime.stop()]);
    }
  });
}
