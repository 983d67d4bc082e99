/** Durable single webhooks: ingest alone against servers that store nothing. */
import { asHttp, fleetReports } from '../load/requests.js';
import { API_KEY, runLoad, startAtt, startTarget, type Target } from '../processes.js';
import { inTurn } from '../rounds.js';
import { atLeast, perSecond, type Row } from '../row.js';
import { withDatabase } from '../with-database.js';

export const CONNECTIONS = 128;

export function singleWebhooks(): Promise<Row[]> {
  return withDatabase(async (connectionString) => {
    const ingest = await startAtt('ingest', { DATABASE_URL: connectionString });
    const bare = await startTarget('bare-http.ts');
    const express = await startTarget('bare-express.ts');
    try {
      const { rates, ratios } = await inTurn(
        { bare: () => load(bare), express: () => load(express), ingest: () => load(ingest) },
        'ingest',
      );
      const figures = `${perSecond(rates.ingest)} of ${perSecond(rates.bare)}`;
      return [
        {
          what: 'durable single webhooks, ingest alone, of bare `node:http`',
          figures,
          ...atLeast(ratios.bare, 0.65),
        },
        {
          what: 'the same, of a bare Express route',
          figures: `${perSecond(rates.ingest)} of ${perSecond(rates.express)}`,
          ...atLeast(ratios.express, 4),
        },
      ];
    } finally {
      await Promise.all([ingest.stop(), bare.stop(), express.stop()]);
    }
  });
}

let runs = 0;

/** Answers with a 2xx, per second. Every run reports tasks of its own. */
export async function load(target: Target, duration = 4_000): Promise<number> {
  const requests = fleetReports(2_000, `run-${runs++}`).map((report) => asHttp(report, API_KEY));
  const { rate, failures } = await runLoad({
    port: target.port,
    connections: CONNECTIONS,
    duration,
    warmUp: 1_000,
    requests,
  });
  if (failures > 0) throw new Error(`${failures} requests failed`);
  return rate;
}
