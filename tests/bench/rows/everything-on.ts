/** The same webhooks while projector, query, realtime and the embedded Postgres share the machine. */
import { setTimeout as sleep } from 'node:timers/promises';
import { API_KEY, startAtt, startTarget, type Target, temporaryDirectory } from '../processes.js';
import { inTurn } from '../rounds.js';
import { atLeast, atMost, perSecond, type Row } from '../row.js';
import { load } from './single-webhooks.js';

export async function everythingOn(): Promise<Row[]> {
  const folder = await temporaryDirectory();
  const all = await startAtt('start', { DATA_DIR: folder.path, DATABASE_URL: '' });
  const bare = await startTarget('bare-http.ts');
  const lags: number[] = [];
  try {
    const { rates, ratios } = await inTurn(
      {
        bare: () => load(bare),
        all: async () => {
          const rate = await load(all);
          lags.push(await secondsBehind(all));
          return rate;
        },
      },
      'all',
    );
    const figures = `${perSecond(rates.all)} of ${perSecond(rates.bare)}`;
    return [
      {
        what: 'durable single webhooks, everything on, of bare `node:http`',
        figures,
        ...atLeast(ratios.bare, 0.45),
      },
      {
        what: 'projections behind at its end',
        figures: `the worst of ${lags.length} rounds`,
        ...atMost(Math.max(...lags), 2, 's'),
      },
    ];
  } finally {
    await Promise.all([all.stop(), bare.stop()]);
    await folder.remove();
  }
}

/** Seconds from the end of the load until the read models have all that was acknowledged. */
async function secondsBehind(target: Target): Promise<number> {
  const startedAt = performance.now();
  const head = await positionOf(target, '/api/events?limit=1');
  while ((await positionOf(target, '/api/stats')) < head) await sleep(20);
  return (performance.now() - startedAt) / 1000;
}

async function positionOf({ port }: Target, path: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'X-API-Key': API_KEY } });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  await answer.arrayBuffer();
  return Number(answer.headers.get('x-position'));
}
