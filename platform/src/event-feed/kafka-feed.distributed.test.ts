import { describe, inject } from 'vitest';
import { describeEventFeed } from './event-feed.contract.js';
import { createKafkaWorld } from './testing/kafka-world.js';

const kafka = inject('kafka');

async function make(pageDelay: number) {
  const world = await createKafkaWorld({ brokers: kafka?.brokers ?? [], pageDelay });
  world.publisher.follow();
  return world;
}

describe.skipIf(kafka === undefined)('on real brokers', () => {
  describeEventFeed('kafka', () => make(0));

  // The topic is there before the second page, so that all but the first events come from it.
  describeEventFeed('kafka, where the database is slow', () => make(300));
});
