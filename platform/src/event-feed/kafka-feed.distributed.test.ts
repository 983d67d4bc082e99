import { describe, inject } from 'vitest';
import { describeEventFeed } from './event-feed.contract.js';
import { createKafkaWorld } from './testing/kafka-world.js';

const kafka = inject('kafka');

/** Milliseconds that a page of the database takes longer: the topic is there before the second one, and has all further events. */
const PAGE_DELAY = 300;

// The same suite with the real relay and no delay of the database is in tests/distributed/feed-and-relay.test.ts.
describe.skipIf(kafka === undefined)('on real brokers', () => {
  describeEventFeed('kafka, where the database is slow', async () => {
    const world = await createKafkaWorld({ brokers: kafka?.brokers ?? [], pageDelay: PAGE_DELAY });
    world.publisher.follow();
    return world;
  });
});
