/** Single webhooks at a given rate, with the relay on and off, and how far the relay is behind meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { asHttp, fleetReports } from '../../load/requests.js';
import type { SteadyPlan } from '../../load/steady.js';
import { API_KEY, startAtt, startHelper, type Target } from '../../processes.js';
import { inTurn } from '../../rounds.js';
import { atLeast, atMost, perSecond, type Row } from '../../row.js';
import { withBrokers } from '../../with-brokers.js';

const RATE = 5_000;
/** Milliseconds, after one second that does not count. */
const DURATION = 5_000;

export function ingestBesideRelay(): Promise<Row[]> {
  return withBrokers(async ({ kafka, postgres }) => {
    let worst = 0;
    const { rates, ratios } = await inTurn(
      {
        without: () => withIngest(postgres, (ingest) => acceptedRate(ingest)),
        relay: () =>
          withIngest(kafka('bench.beside'), async (ingest) => {
            // Events that came while the relay was off are no part of the comparison.
            while ((await lagOf(ingest)) > 0) await sleep(100);
            const watch = setInterval(() => {
              void lagOf(ingest).then((lag) => {
                worst = Math.max(worst, lag);
              });
            }, 500);
            return acceptedRate(ingest).finally(() => clearInterval(watch));
          }),
      },
      'relay',
    );
    return [
      {
        what: `single webhooks with the relay on, ${perSecond(RATE)} offered, of the same without`,
        figures: `${perSecond(rates.relay)} of ${perSecond(rates.without)}`,
        ...atLeast(ratios.without, 0.9),
      },
      {
        what: 'the relay behind the log meanwhile',
        figures: 'the worst that its metric said',
        ...atMost(worst, 2, 's'),
      },
    ];
  });
}

let runs = 0;

async function withIngest(env: Record<string, string>, work: (ingest: Target) => Promise<number>) {
  const ingest = await startAtt('ingest', env);
  try {
    return await work(ingest);
  } finally {
    await ingest.stop();
  }
}

/** Events that the log took, per second. */
async function acceptedRate(ingest: Target): Promise<number> {
  const requests = fleetReports(2_000, `beside-${runs++}`).map((report) => asHttp(report, API_KEY));
  const plan: SteadyPlan = { port: ingest.port, rate: RATE, connections: 64, requests };
  const load = await startHelper<object>('./load/steady.ts', plan);
  try {
    await sleep(1_000);
    const before = await metric(ingest, /^att_log_position (\d+)$/m);
    const startedAt = performance.now();
    await sleep(DURATION);
    const after = await metric(ingest, /^att_log_position (\d+)$/m);
    return (after - before) / ((performance.now() - startedAt) / 1000);
  } finally {
    await load.stop();
  }
}

const lagOf = (ingest: Target) => metric(ingest, /^att_relay_lag_seconds ([\d.]+)$/m);

async function metric({ port }: Target, pattern: RegExp): Promise<number> {
  const text = await fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text());
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`/metrics has no ${pattern.source}`);
  return Number(found);
}
