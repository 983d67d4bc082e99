/** A log, a topic, a publisher between them and a feed of both, on real brokers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { silentLog } from '../../testing/index.js';
import type { EventBatch, ReadOptions } from '../event-feed.js';
import { createKafkaFeed } from '../kafka-feed.js';
import { createFeedWorld, type FeedWorld } from './feed-world.js';
import { createTestPublisher, type TestPublisher, type TestPublisherOptions } from './test-publisher.js';
import { createTestTopic, type TestTopic } from './test-topic.js';

export interface KafkaWorldOptions {
  brokers: readonly string[];
  partitions?: number;
  /** Milliseconds that a page of the database takes longer: a topic is read long before the next page. */
  pageDelay?: number;
  clock?: () => number;
  partitionFor?: TestPublisherOptions['partitionFor'];
}

export interface KafkaWorld extends FeedWorld {
  topic: TestTopic;
  publisher: TestPublisher;
  /** Events that readers have taken from the database so far. */
  fromDatabase(): Promise<number>;
}

export async function createKafkaWorld(options: KafkaWorldOptions): Promise<KafkaWorld> {
  const { brokers, partitions, pageDelay = 0, clock, partitionFor } = options;
  const topic = await createTestTopic(brokers, partitions);
  const world = await createFeedWorld(
    ({ connectionString, pool, metrics }) =>
      createKafkaFeed({
        kafka: topic.config,
        pool: pageDelay > 0 ? withSlowPages(pool, pageDelay) : pool,
        connectionString,
        role: 'att_reader',
        log: silentLog,
        metrics,
      }),
    clock,
  );
  const publisher = await createTestPublisher({
    ...topic,
    topic: topic.name,
    pool: world.operator,
    ...(partitionFor === undefined ? {} : { partitionFor }),
  });
  return {
    ...world,
    topic,
    publisher,
    async fromDatabase() {
      const metric = await world.metrics.getSingleMetric('att_feed_log_events_total')?.get();
      return metric?.values.reduce((sum, { value }) => sum + value, 0) ?? 0;
    },
    async close() {
      await publisher.stop();
      await world.close();
      await topic.remove();
    },
  };
}

function withSlowPages(pool: Pool, delay: number): Pool {
  return new Proxy(pool, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (property !== 'query') return value;
      return async (query: { name?: string }) => {
        if (query.name === 'read-events') await sleep(delay);
        return target.query(query as never);
      };
    },
  });
}

/** A reader that goes on by itself, and what it got. */
export interface Follower {
  batches: EventBatch[];
  readonly position: number;
  positions(): number[];
  /** Rejects when the reading failed. */
  end(): Promise<void>;
}

export function follow(world: FeedWorld, options: Partial<ReadOptions> = {}): Follower {
  const stopping = new AbortController();
  const batches: EventBatch[] = [];
  const reading = (async () => {
    const wanted = { after: 0, batchSize: 1_000, signal: stopping.signal, ...options };
    for await (const batch of world.feed.read(wanted)) batches.push(batch);
  })();
  reading.catch(() => {});
  return {
    batches,
    get position() {
      return batches.at(-1)?.position ?? options.after ?? 0;
    },
    positions: () => batches.flatMap(({ events }) => events.map(({ position }) => position)),
    async end() {
      stopping.abort();
      await reading;
    },
  };
}
