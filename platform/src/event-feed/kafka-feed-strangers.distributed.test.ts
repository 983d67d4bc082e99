/** The feed of a topic that others write to as well: nothing of theirs is handed on, and nothing of the log is held up. */
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createStrangeProducer, type StrangeProducer, until } from '../testing/index.js';
import { createKafkaWorld, type Follower, follow, type KafkaWorld } from './testing/kafka-world.js';

const kafka = inject('kafka');

describe.skipIf(kafka === undefined)('beside another producer, the feed of the topic', () => {
  let world: KafkaWorld;
  let stranger: StrangeProducer;
  let follower: Follower;

  beforeEach(async () => {
    world = await createKafkaWorld({ brokers: kafka?.brokers ?? [] });
    stranger = await createStrangeProducer(world.topic.config);
    await publish(20);
    follower = follow(world);
    await reached(20);
    await inTopic();
  });

  afterEach(async () => {
    await follower.end();
    await stranger.close();
    await world.close();
  });

  async function publish(count: number): Promise<void> {
    await world.append(count);
    await world.publisher.publish();
  }

  const reached = (position: number) =>
    until(`position ${position} is read`, () => follower.position >= position);
  const inTopic = () => until('the topic is read', () => world.feed.status() === 'read from the topic');

  it.each([
    ['a deletion', () => stranger.write(null)],
    ['the end of a transaction', async () => (await stranger.openTransaction()).commit()],
    ['a transaction that was given up', async () => (await stranger.openTransaction()).abort()],
    ['a transaction that stays open', () => stranger.openTransaction()],
    ['a batch in zstd', () => stranger.writeCompressed('zstd')],
    ['a batch in lz4', () => stranger.writeCompressed('lz4')],
    ['a batch in snappy', () => stranger.writeCompressed('snappy')],
  ])('is read on over %s, live', async (_, write) => {
    await write();
    const before = await world.fromDatabase();
    await publish(1);
    await reached(21);
    // Most partitions end with what is not ours, and are read to their end all the same.
    expect(follower.batches.at(-1)?.isFull).toBe(false);
    await publish(10);
    await reached(31);
    expect(follower.positions()).toEqual(Array.from({ length: 31 }, (_, index) => index + 1));
    expect((await world.fromDatabase()) - before).toBe(0);
    await follower.end();
    // One that begins now comes to the end of the topic all the same.
    follower = follow(world, { after: 25 });
    await reached(31);
    await inTopic();
  });
});
