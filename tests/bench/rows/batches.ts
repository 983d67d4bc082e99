/** The batch route against inserting the same rows with `unnest`, and nothing else. */
import { BATCH, batchRequests } from '../load/batches.js';
import { fleetReports } from '../load/requests.js';
import { runInChild, runLoad, startAtt, type Target } from '../processes.js';
import { inTurn } from '../rounds.js';
import { atLeast, perSecond, type Row } from '../row.js';
import type { RawPlan } from '../targets/raw-insert.js';
import { withDatabase } from '../with-database.js';

/** Milliseconds; both sides are measured for as long. */
const DURATION = 4_000;

export function batches(): Promise<Row[]> {
  return withDatabase(async (connectionString) => {
    const ingest = await startAtt('ingest', { DATABASE_URL: connectionString });
    try {
      const raw = async (columns: RawPlan['columns']) => {
        const plan: RawPlan = { connectionString, duration: DURATION, columns };
        return (await runInChild<{ rate: number }>('./targets/raw-insert.ts', plan)).rate;
      };
      const { rates, ratios } = await inTurn(
        {
          raw: () => raw('pg arrays'),
          encoded: () => raw('encoded beforehand'),
          route: () => postBatches(ingest),
        },
        'route',
      );
      const of = (rate: number) => `${perSecond(rates.route)} of ${perSecond(rate)} events`;
      const what = 'batch route, 1,000 a request, of the raw `unnest` insert';
      return [
        { what: `${what}, arrays as pg sends them`, figures: of(rates.raw), ...atLeast(ratios.raw, 0.8) },
        {
          what: `${what}, rows encoded beforehand`,
          figures: of(rates.encoded),
          value: ratios.encoded.toFixed(2),
          target: 'for comparison',
          reached: true,
        },
      ];
    } finally {
      await ingest.stop();
    }
  });
}

let runs = 0;

async function postBatches(ingest: Target): Promise<number> {
  const requests = batchRequests(fleetReports(2_000, `batch-${runs++}`));
  const plan = { port: ingest.port, connections: 4, duration: DURATION, warmUp: 1_000, requests };
  const { rate, failures } = await runLoad(plan);
  if (failures > 0) throw new Error(`${failures} batches failed`);
  return rate * BATCH;
}
