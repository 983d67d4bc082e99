/** The feed of a topic that others write to as well: nothing of theirs is handed on, and nothing of the log is held up. */
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createStrangeProducer, type StrangeProducer } from '../testing/index.js';
import { createKafkaWorld, type Follower, follow, type KafkaWorld } from './testing/kafka-world.js';
import { inTopic, range, reached } from './testing/use-kafka-worlds.js';

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
    await reached(follower, 20);
    await inTopic(world);
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
    await reached(follower, 21);
    // Most partitions end with what is not ours, and are read to their end all the same.
    expect(follower.batches.at(-1)?.isFull).toBe(false);
    await publish(10);
    await reached(follower, 31);
    expect(follower.positions()).toEqual(range(1, 31));
    expect((await world.fromDatabase()) - before).toBe(0);
    await follower.end();
    // One that begins now comes to the end of the topic all the same.
    follower = follow(world, { after: 25 });
    await reached(follower, 31);
    await inTopic(world);
  });
});
