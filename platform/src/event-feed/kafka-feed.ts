import type { Pool } from 'pg';
import type { KafkaConfig } from '../config/index.js';
import { createKafka } from '../kafka/index.js';
import type { Logger } from '../logging/index.js';
import type { Registry } from '../metrics/index.js';
import type { DatabaseRole } from '../postgres/index.js';
import { withTimeLimit } from '../time/index.js';
import type { EventBatch, EventFeed, ReadOptions } from './event-feed.js';
import { createFeedMetrics } from './kafka/feed-metrics.js';
import { FeedReading } from './kafka/feed-reading.js';
import { feedStatus } from './kafka/feed-status.js';
import { createWakeUps } from './wake-ups.js';

export interface KafkaFeedOptions {
  kafka: KafkaConfig;
  /** Pool that the caller ends after the feed is closed. */
  pool: Pool;
  connectionString: string;
  role: DatabaseRole | undefined;
  log: Logger;
  metrics: Registry;
  /** Positions behind the head from which on the topic is read; further behind, pages of the database are as fast. */
  near?: number;
}

/** Tries of a client before a new one takes its place. */
const RETRIES = 3;
/** Milliseconds that consumers have to leave their groups at the end. */
export const FEED_CLOSE_TIMEOUT = 3_000;

/**
 * The log read from the topic, in the log's own order, and from Postgres wherever the topic does not have it. Nothing
 * but latency depends on the topic: Postgres says which log it is and how far it has come.
 */
export function createKafkaFeed(options: KafkaFeedOptions): EventFeed {
  const { kafka: config, pool, connectionString, role, log, metrics: registry, near = 20_000 } = options;
  const wakeUps = createWakeUps({ connectionString, role, name: 'feed', log });
  const kafka = createKafka({ config, name: 'att-feed', log, retries: RETRIES });
  const metrics = createFeedMetrics(registry);
  const readings = new Set<FeedReading>();
  const endings = new Set<Promise<void>>();

  async function* read(wanted: ReadOptions): AsyncGenerator<EventBatch, void, void> {
    const { signal } = wanted;
    if (signal.aborted) return;
    const reading = new FeedReading(
      { pool, wakeUps, kafka, topic: config.topic.name, near, log, metrics },
      wanted,
    );
    const end = () => reading.end();
    signal.addEventListener('abort', end);
    readings.add(reading);
    const ended = reading.run().finally(() => endings.delete(ended));
    endings.add(ended);
    try {
      yield* reading.batches();
    } finally {
      signal.removeEventListener('abort', end);
      readings.delete(reading);
      reading.end();
    }
  }

  return {
    read,
    status: () => feedStatus([...readings].map(({ reason }) => reason)),
    async close() {
      for (const reading of readings) reading.end();
      const ended = Promise.all([...endings, wakeUps.close()]).then(() => {});
      await withTimeLimit(FEED_CLOSE_TIMEOUT, ended, () =>
        log.warn('consumers of the topic did not end in time'),
      );
    },
  };
}
