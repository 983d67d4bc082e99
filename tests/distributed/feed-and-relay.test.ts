/** The event feed over the relay that publishes for it, as a product has them. */
import { randomUUID } from 'node:crypto';
import { startIngest } from '@att/ingest';
import type { KafkaConfig } from '@att/platform/config';
import { createKafkaFeed } from '@att/platform/event-feed';
import { createMetrics } from '@att/platform/metrics';
import { createPool } from '@att/platform/postgres';
import type { ServiceContext } from '@att/platform/service';
import { silentLog, startStopwatch, until, withKafkaAdmin } from '@att/platform/testing';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { describeEventFeed } from '../../platform/src/event-feed/event-feed.contract.js';
import { createFeedWorld, type FeedWorld } from '../../platform/src/event-feed/testing/feed-world.js';
import { follow } from '../../platform/src/event-feed/testing/kafka-world.js';

const kafka = inject('kafka');

async function makeWorld(): Promise<FeedWorld> {
  const config: KafkaConfig = {
    brokers: kafka?.brokers ?? [],
    tls: undefined,
    sasl: undefined,
    topic: { name: `feed-${randomUUID()}`, partitions: 6, replication: undefined, retentionHours: 1 },
  };
  const world = await createFeedWorld(({ connectionString, pool, metrics }) =>
    createKafkaFeed({ kafka: config, pool, connectionString, role: 'att_reader', log: silentLog, metrics }),
  );
  const ingest = startIngest(contextOf(world.connectionString, config));
  return {
    ...world,
    async close() {
      await ingest.stop();
      await world.close();
      await withKafkaAdmin(config, (admin) => admin.deleteTopics({ topics: [config.topic.name] })).catch(
        () => {},
      );
    },
  };
}

/** The parts of a context that ingest uses before a request comes. */
function contextOf(connectionString: string, config: KafkaConfig): ServiceContext {
  return {
    log: silentLog,
    metrics: createMetrics(),
    kafka: config,
    database: {
      connectionString,
      role: (role) => role,
      pool: (role, pooling) => createPool({ connectionString, role, log: silentLog, ...pooling }),
    },
  } as ServiceContext;
}

describe.skipIf(kafka === undefined)('on real brokers', () => {
  describeEventFeed('kafka, with the relay', makeWorld);

  describe('the way of an event through the topic', () => {
    let world: FeedWorld;

    afterEach(() => world.close());

    it('takes a few dozen milliseconds', async () => {
      world = await makeWorld();
      await world.append(10);
      const follower = follow(world);
      await until('the topic is read', () => world.feed.status() === 'read from the topic');
      const times: number[] = [];
      for (let i = 0; i < 50; i++) {
        const { position } = follower;
        const stop = startStopwatch();
        await world.append(1);
        while (follower.position === position) await new Promise(setImmediate);
        times.push(stop());
      }
      await follower.end();
      expect(world.feed.status()).toBe('the event feed has no reader');
      const median = times.sort((a, b) => a - b)[25] as number;
      console.log(`from append to reader: ${median.toFixed(1)} ms (median)`);
      // A machine that is busy with other tests takes longer than the 30 ms of docs/benchmarks.md.
      expect(median).toBeLessThan(500);
    });
  });
});
