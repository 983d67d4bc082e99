/** Cost of a socket on which nothing happens but heartbeats. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HEARTBEAT_SECONDS } from '@att/contracts';
import type { Seen, ViewersPlan } from '../load/viewers.js';
import { processorSeconds, residentMiB } from '../process-figures.js';
import { type Helper, startAtt, startHelper, type Target } from '../processes.js';
import { atMost, type Row } from '../row.js';
import { withDatabase } from '../with-database.js';

const SOCKETS = 5_000;
/** Milliseconds for a process that has just started to come to rest. */
const SETTLE = 5_000;

export function idleSockets(): Promise<Row[]> {
  return withDatabase(async (connectionString) => {
    const realtime = await startAtt('realtime', { DATABASE_URL: connectionString });
    try {
      await sleep(SETTLE);
      const before = residentMiB(realtime);
      const viewers = await view(realtime, SOCKETS);
      return [await measure(realtime, viewers, before).finally(() => viewers.stop())];
    } finally {
      await realtime.stop();
    }
  });
}

function view({ port }: Target, clients: number): Promise<Helper<Seen>> {
  const plan: ViewersPlan = { port, clients, deaf: 0, query: '' };
  return startHelper<Seen>('./load/viewers.ts', plan);
}

/**
 * Measured after two heartbeats of each. What the process needs without any socket is counted to them, as its start leaves
 * room in the heap that the first thousands fill: the difference alone would be less than a KiB.
 */
async function measure(realtime: Target, viewers: Helper<Seen>, before: number): Promise<Row> {
  await sleep(HEARTBEAT_SECONDS * 1_000);
  const usedBefore = processorSeconds(realtime);
  await sleep(HEARTBEAT_SECONDS * 1_000);
  const used = processorSeconds(realtime) - usedBefore;
  const after = residentMiB(realtime);
  const { gone, others } = await viewers.ask();
  // A hello and two heartbeats each; the last of them may still be under way.
  if (gone > 0) throw new Error(`${gone} idle sockets were closed`);
  if (others < 2 * SOCKETS) throw new Error(`${others} frames came to ${SOCKETS} sockets`);
  const share = ((used / HEARTBEAT_SECONDS) * 100).toFixed(1);
  return {
    what: `an idle socket, heartbeats on, of ${SOCKETS.toLocaleString('en')}: its share of the whole process`,
    figures: `resident ${before.toFixed(0)} MiB without any, ${after.toFixed(0)} with all; heartbeats take ${share} % of a core`,
    ...atMost((after * 1_024) / SOCKETS, 30, 'KiB'),
  };
}
