import { Gauge, type Registry } from '@att/platform/metrics';
import { askAtScrape } from '../ask-at-scrape.js';
import type { Standing } from './count-standing.js';

export function createDeadLetterGauge(registry: Registry, count: () => Promise<Standing[]>): void {
  const gauge = new Gauge({
    name: 'att_dead_letters',
    help: 'Tasks that stand still, each behind an event that the projection could not apply',
    labelNames: ['projection'],
    registers: [registry],
    collect: askAtScrape(async () => {
      for (const { projection, tasks } of await count()) gauge.set({ projection }, tasks);
    }),
  });
}
