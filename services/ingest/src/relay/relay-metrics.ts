import { askAtScrape, Counter, Gauge, type Registry } from '@att/platform/metrics';
import type { RelayLag } from './log-queries.js';

export type RelayMetrics = ReturnType<typeof createRelayMetrics>;

export function createRelayMetrics(registry: Registry, readLag: () => Promise<RelayLag>) {
  const registers = [registry];
  const collect = askAtScrape(async () => {
    const lag = await readLag();
    lagEvents.set(lag.events);
    lagSeconds.set(lag.seconds);
  });
  const lagEvents = new Gauge({
    name: 'att_relay_lag_events',
    help: 'Events of the log that the topic does not have yet; the same in every process',
    registers,
    collect,
  });
  const lagSeconds = new Gauge({
    name: 'att_relay_lag_seconds',
    help: 'Age of the oldest event that the topic does not have yet; 0 when it has them all',
    registers,
    collect,
  });
  return {
    active: new Gauge({
      name: 'att_relay_active',
      help: '1 in the process that publishes the log, 0 in those that stand by',
      registers,
    }),
    published: new Counter({
      name: 'att_relay_published_events_total',
      help: 'Events that this process has published to the topic',
      registers,
    }),
    foreign: new Counter({
      name: 'att_relay_foreign_messages_total',
      help: 'Partitions that were found to end with a message that is not of this log',
      registers,
    }),
    failures: new Counter({
      name: 'att_relay_failures_total',
      help: 'Times that publishing failed and began anew',
      registers,
    }),
  };
}
