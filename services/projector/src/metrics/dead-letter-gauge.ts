import { askAtScrape, Gauge, type Registry } from '@att/platform/metrics';

/** @param count blocked tasks of each projection */
export function createDeadLetterGauge(
  registry: Registry,
  count: () => Promise<readonly { projection: string; tasks: number }[]>,
): void {
  const gauge = new Gauge({
    name: 'att_dead_letters',
    help: 'Tasks that are blocked, each behind an event that the projection could not apply',
    labelNames: ['projection'],
    registers: [registry],
    collect: askAtScrape(async () => {
      for (const { projection, tasks } of await count()) gauge.set({ projection }, tasks);
    }),
  });
}
