import { setTimeout as sleep } from 'node:timers/promises';
import { Gauge, type Registry } from '@att/platform/metrics';
import type { Lag } from './generations/read-lag.js';

/** Milliseconds; below what a scrape gives the projector's thread, which then would have no metrics at all. */
const TIMEOUT = 500;

/**
 * Gauges that ask at each scrape: one that was set by the last batch would look well for ever in a
 * projector that stands still. While the database does not answer they keep what they last knew.
 */
export function createLagGauges(registry: Registry, readLag: () => Promise<Lag[]>): void {
  let asking: Promise<void> | undefined;
  const collect = () => {
    // The registry asks both at the same time, and a slow answer may outlast a scrape.
    asking ??= refresh().finally(() => {
      asking = undefined;
    });
    return Promise.race([asking, sleep(TIMEOUT, undefined, { ref: false })]);
  };
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
    const lags = await readLag().catch(() => []);
    for (const { projection, since, events: behind } of lags) {
      events.set({ projection }, behind);
      seconds.set({ projection }, since === null ? 0 : Math.max(0, (Date.now() - Date.parse(since)) / 1000));
    }
  }
}
