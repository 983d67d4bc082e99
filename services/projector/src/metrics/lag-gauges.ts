import { askAtScrape, Gauge, type Registry } from '@att/platform/metrics';
import type { Lag } from '../generations/read-lag.js';
import { isStalled } from '../generations/stall.js';

/** Gauges of how far the active generations are behind the log, asked at each scrape. */
export function createLagGauges(registry: Registry, readLag: () => Promise<Lag[]>): void {
  const collect = askAtScrape(refresh);
  const labelNames = ['projection'];
  const registers = [registry];
  const seconds = new Gauge({
    name: 'att_projection_lag_seconds',
    help: 'Age of the oldest event that the projection has not applied; 0 when it has them all',
    labelNames,
    registers,
    collect,
  });
  const events = new Gauge({
    name: 'att_projection_lag_events',
    help: 'Events of the log that the projection has not applied',
    labelNames,
    registers,
    collect,
  });

  const stalled = new Gauge({
    name: 'att_projection_stalled',
    help: '1 while a projection that is not paused has had events to apply for some seconds, and has applied none',
    labelNames,
    registers,
    collect,
  });

  async function refresh(): Promise<void> {
    for (const lag of await readLag()) {
      const { projection, since, events: behind } = lag;
      stalled.set({ projection }, isStalled(lag) ? 1 : 0);
      events.set({ projection }, behind);
      seconds.set({ projection }, since === null ? 0 : Math.max(0, (Date.now() - Date.parse(since)) / 1000));
    }
  }
}
