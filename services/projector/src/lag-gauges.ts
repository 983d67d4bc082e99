import { Gauge, type Registry } from '@att/platform/metrics';
import { askAtScrape } from './ask-at-scrape.js';
import type { Lag } from './generations/read-lag.js';

/** How far what serves is behind the log, asked at each scrape. */
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

  async function refresh(): Promise<void> {
    for (const { projection, since, events: behind } of await readLag()) {
      events.set({ projection }, behind);
      seconds.set({ projection }, since === null ? 0 : Math.max(0, (Date.now() - Date.parse(since)) / 1000));
    }
  }
}
