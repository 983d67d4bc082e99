/** Live frames to many clients under full load, against a bare broadcast of `ws` of the same frames. */
import { setTimeout as sleep } from 'node:timers/promises';
import { batchRequests } from '../load/batches.js';
import { median } from '../load/percentile.js';
import { fleetReports } from '../load/requests.js';
import type { SteadyPlan } from '../load/steady.js';
import type { Seen, ViewersPlan } from '../load/viewers.js';
import { processorSeconds } from '../process-figures.js';
import { type Helper, startAtt, startHelper, startTarget, type Target } from '../processes.js';
import { inTurn } from '../rounds.js';
import { atLeast, perSecond, type Row } from '../row.js';
import { withDatabase } from '../with-database.js';

/**
 * Frames a second that are offered to all clients together: 12,500 events/s to 200 of them is what the
 * product takes in single webhooks with everything on. Where all of them arrive the ratio is the least it can be.
 */
const OFFERED = 2_500_000;
const BATCH = 50;
/** Milliseconds. */
const WARM_UP = 2_000;
const DURATION = 4_000;

interface Servers {
  ingest: Target;
  realtime: Target;
  bare: Target;
}

export function fanOut(): Promise<Row[]> {
  return withDatabase(async (connectionString) => {
    const env = { DATABASE_URL: connectionString };
    const servers: Servers = {
      ingest: await startAtt('ingest', env),
      realtime: await startAtt('realtime', env),
      bare: await startTarget('bare-broadcast.ts'),
    };
    try {
      return [await fanOutTo(200, servers), await fanOutTo(1_000, servers)];
    } finally {
      await Promise.all(Object.values(servers).map((server) => server.stop()));
    }
  });
}

async function fanOutTo(clients: number, { ingest, realtime, bare }: Servers): Promise<Row> {
  const costs = { bare: [] as number[], realtime: [] as number[] };
  const { rates, ratios } = await inTurn(
    {
      bare: async () => {
        const viewers = await view(bare, clients, `clients=${clients}`);
        return measure(viewers, bare, costs.bare);
      },
      realtime: async () => {
        const viewers = await view(realtime, clients, '');
        const load = await offer(ingest, OFFERED / clients);
        return measure(viewers, realtime, costs.realtime).finally(() => load.stop());
      },
    },
    'realtime',
  );
  const cost = (figures: number[]) => median(figures).toFixed(2);
  return {
    what: `fan-out to ${clients.toLocaleString('en')} clients under full load, of a bare \`ws\` broadcast`,
    figures:
      `${perSecond(rates.realtime)} of ${perSecond(rates.bare)} frames; ` +
      `${cost(costs.realtime)} of ${cost(costs.bare)} µs of processor time each`,
    ...atLeast(ratios.bare, 1.5),
  };
}

function view({ port }: Target, clients: number, query: string): Promise<Helper<Seen>> {
  const plan: ViewersPlan = { port, clients, query };
  return startHelper<Seen>('./load/viewers.ts', plan);
}

/** @param rate events a second */
function offer({ port }: Target, rate: number): Promise<Helper<object>> {
  const requests = batchRequests(fleetReports(2_000, `fan-out-${runs++}`), BATCH);
  const plan: SteadyPlan = { port, rate: rate / BATCH, connections: 4, requests };
  return startHelper('./load/steady.ts', plan);
}

let runs = 0;

/** Frames a second that all clients together were given. */
async function measure(viewers: Helper<Seen>, server: Target, costs: number[]): Promise<number> {
  try {
    await sleep(WARM_UP);
    const [before, usedBefore] = [await viewers.ask(), processorSeconds(server)];
    await sleep(DURATION);
    const [after, used] = [await viewers.ask(), processorSeconds(server)];
    if (after.gone > 0) throw new Error(`${after.gone} clients were closed`);
    const frames = after.events - before.events;
    costs.push(((used - usedBefore) * 1e6) / frames);
    console.log(
      `    ${(costs.at(-1) as number).toFixed(2)} µs a frame, ${Math.round((after.bytes - before.bytes) / frames)} bytes each`,
    );
    return frames / ((after.at - before.at) / 1000);
  } finally {
    await viewers.stop();
  }
}
