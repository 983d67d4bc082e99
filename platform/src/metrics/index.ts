export { Counter, Gauge, Histogram, Registry } from 'prom-client';
export { askAtScrape } from './ask-at-scrape.js';

import { collectDefaultMetrics, Registry } from 'prom-client';

/** The registry of a process: `att_*` metrics in base units, and Node's own. */
export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
