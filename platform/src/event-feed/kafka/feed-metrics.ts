import { Counter, Gauge, type Registry } from '../../metrics/index.js';

export interface FeedMetrics {
  /** Counts a reader where it is now; `undefined` where it was before it began, or after it ended. */
  moved(reader: string, from: 'topic' | 'log' | undefined, to: 'topic' | 'log' | undefined): void;
  logSeconds(reader: string, seconds: number): void;
  logEvents(reader: string, events: number): void;
  /** Counts what the topic lacked, or brought too late. */
  gap(reader: string): void;
}

export function createFeedMetrics(registry: Registry): FeedMetrics {
  const registers = [registry];
  const source = new Gauge({
    name: 'att_feed_source',
    help: 'Readers of the event feed, by where they take their events from now: the topic, or the log in the database.',
    labelNames: ['reader', 'source'],
    registers,
  });
  const seconds = new Counter({
    name: 'att_feed_log_seconds_total',
    help: 'Seconds in which the event feed was read from the database although brokers are configured.',
    labelNames: ['reader'],
    registers,
  });
  const events = new Counter({
    name: 'att_feed_log_events_total',
    help: 'Events that the event feed took from the database although brokers are configured.',
    labelNames: ['reader'],
    registers,
  });
  const gaps = new Counter({
    name: 'att_feed_gaps_total',
    help: 'Times that the topic lacked the next event, or brought it too late, and the database was read instead.',
    labelNames: ['reader'],
    registers,
  });
  return {
    moved(reader, from, to) {
      if (from !== undefined) source.dec({ reader, source: from });
      if (to !== undefined) source.inc({ reader, source: to });
    },
    logSeconds: (reader, value) => seconds.inc({ reader }, value),
    logEvents: (reader, count) => events.inc({ reader }, count),
    gap: (reader) => gaps.inc({ reader }),
  };
}
