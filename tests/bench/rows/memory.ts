/** Memory of the process that runs everything: idle, and over a million events. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BATCH, batchRequests } from '../load/batches.js';
import { fleetReports } from '../load/requests.js';
import { residentMiB } from '../process-figures.js';
import { runLoad, startAtt, type Target, temporaryDirectory } from '../processes.js';
import { atMost, type Row } from '../row.js';

const MILLION = 1_000_000;

export async function memory(): Promise<Row[]> {
  const folder = await temporaryDirectory();
  const all = await startAtt('start', { DATA_DIR: folder.path, DATABASE_URL: '' });
  try {
    await sleep(5_000);
    const idle = residentMiB(all);
    const quarters: number[] = [];
    for (let quarter = 0; quarter < 4; quarter++) {
      quarters.push(await peakWhilePosting(all, MILLION / 4, `memory-${quarter}`));
      console.log(`  after ${(quarter + 1) * 250},000 events: peak ${quarters.at(-1)?.toFixed(0)} MiB`);
    }
    const growth = (quarters[3] as number) / (quarters[1] as number);
    return [
      { what: 'memory when idle', figures: 'resident, all services', ...atMost(idle, 200, 'MiB') },
      {
        what: 'memory over a million events: peak of the last quarter, of the second',
        figures: quarters.map((peak) => `${peak.toFixed(0)} MiB`).join(', '),
        value: growth.toFixed(2),
        target: 'at most 1.15',
        reached: growth <= 1.15,
      },
    ];
  } finally {
    await all.stop();
    await folder.remove();
  }
}

async function peakWhilePosting(target: Target, events: number, run: string): Promise<number> {
  const requests = batchRequests(fleetReports(2_000, run));
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, residentMiB(target));
  }, 100);
  let posted = 0;
  while (posted < events) {
    const { rate, failures } = await runLoad({
      port: target.port,
      connections: 2,
      duration: 5_000,
      warmUp: 0,
      requests,
    });
    if (failures > 0) throw new Error(`${failures} batches failed`);
    posted += rate * 5 * BATCH;
  }
  clearInterval(watch);
  return peak;
}
