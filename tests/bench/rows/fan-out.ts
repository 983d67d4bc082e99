/** Live frames to many clients under full load, against a bare broadcast of `ws` of the same frames. */
import { setTimeout as sleep } from 'node:timers/promises';
import { batchRequests } from '../load/batches.js';
import { ask } from '../load/latencies.js';
import { median } from '../load/percentile.js';
import { fleetReports } from '../load/requests.js';
import type { SteadyPlan } from '../load/steady.js';
import type { Seen, ViewersPlan } from '../load/viewers.js';
import { processorSeconds } from '../process-figures.js';
import { type Helper, startAtt, startHelper, startTarget, type Target } from '../processes.js';
import { inTurn, ROUNDS } from '../rounds.js';
import { atLeast, perSecond, type Row } from '../row.js';
import { withDatabase } from '../with-database.js';

/**
 * Frames a second that are offered to all clients together: 12,500 events/s to 200 of them is what the
 * product takes in single webhooks with everything on. Where all of them arrive the ratio is the least it can be.
 */
const OFFERED = 2_500_000;
const BATCH = 50;
/** Clients that stop reading. */
const DEAF = 50;
/** Milliseconds; the deaf are closed within the second. */
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
      return [await fanOutTo(200, servers), await fanOutTo(1_000, servers), await besideDeaf(servers)];
    } finally {
      await Promise.all(Object.values(servers).map((server) => server.stop()));
    }
  });
}

async function fanOutTo(clients: number, { ingest, realtime, bare }: Servers): Promise<Row> {
  const costs = { bare: [] as number[], realtime: [] as number[] };
  const { rates, ratios } = await inTurn(
    {
      bare: () => measure({ server: bare, clients, query: `clients=${clients}`, costs: costs.bare }),
      realtime: () => measure({ server: realtime, clients, load: ingest, costs: costs.realtime }),
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

/** Viewers that read must not notice those that do not, until these are closed. */
async function besideDeaf({ ingest, realtime }: Servers): Promise<Row> {
  const clients = 200;
  const closedBefore = await closedAsTooSlow(realtime);
  const { rates, ratios } = await inTurn(
    {
      alone: () => measure({ server: realtime, clients, load: ingest }),
      beside: () => measure({ server: realtime, clients, deaf: DEAF, load: ingest }),
    },
    'beside',
  );
  const closed = (await closedAsTooSlow(realtime)) - closedBefore;
  const row = atLeast(ratios.alone, 0.95);
  return {
    what: `fan-out to 200 clients while ${DEAF} others stop reading, of the same without them`,
    figures: `${perSecond(rates.beside)} of ${perSecond(rates.alone)} frames; ${closed} of ${DEAF * ROUNDS} closed with 4408`,
    ...row,
    reached: row.reached && closed === DEAF * ROUNDS,
  };
}

async function closedAsTooSlow(realtime: Target): Promise<number> {
  const { text } = await ask(realtime, '/metrics');
  return Number(/^att_realtime_closes_total\{reason="tooSlow"\} (\d+)/m.exec(text)?.[1] ?? 0);
}

/** @param rate events a second */
function offer({ port }: Target, rate: number): Promise<Helper<object>> {
  const requests = batchRequests(fleetReports(2_000, `fan-out-${runs++}`), BATCH);
  const plan: SteadyPlan = { port, rate: rate / BATCH, connections: 4, requests };
  return startHelper('./load/steady.ts', plan);
}

let runs = 0;

interface Measured {
  server: Target;
  clients: number;
  deaf?: number;
  query?: string;
  /** URL that events are posted to meanwhile. */
  load?: Target;
  /** Takes the microseconds of the server's processor time that a frame cost. */
  costs?: number[];
}

/** Frames a second that all clients that read were given together. */
async function measure({ server, clients, deaf = 0, query = '', load, costs }: Measured): Promise<number> {
  const plan: ViewersPlan = { port: server.port, clients, deaf, query };
  const viewers = await startHelper<Seen>('./load/viewers.ts', plan);
  const offering = load && (await offer(load, OFFERED / clients));
  try {
    await sleep(WARM_UP);
    const [before, usedBefore] = [await viewers.ask(), processorSeconds(server)];
    await sleep(DURATION);
    const [after, used] = [await viewers.ask(), processorSeconds(server)];
    if (after.gone > 0) throw new Error(`${after.gone} clients were closed`);
    const frames = after.events - before.events;
    costs?.push(((used - usedBefore) * 1e6) / frames);
    return frames / ((after.at - before.at) / 1000);
  } finally {
    await offering?.stop();
    await viewers.stop();
  }
}
