import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type KafkaServer, startKafka, startStopwatch, until } from '../testing/index.js';
import { createKafkaWorld, type Follower, follow, type KafkaWorld } from './testing/kafka-world.js';
import { inTopic, published, range, reached } from './testing/use-kafka-worlds.js';

/** Milliseconds until everything goes on from the database, whatever becomes of the brokers. */
const PROMISED = 3_000;

describe.skipIf(!inject('ownServers').kafka)('the kafka feed, whose brokers', () => {
  let server: KafkaServer;
  let world: KafkaWorld;
  let follower: Follower;

  beforeAll(async () => {
    server = await startKafka();
  });

  afterAll(() => server.stop());

  afterEach(async () => {
    await follower.end();
    await world.close();
  });

  async function begin(): Promise<void> {
    world = await createKafkaWorld({ brokers: server.brokers });
    await world.append(20);
    await world.publisher.publish();
    follower = follow(world);
    await reached(follower, 20);
    await inTopic(world);
  }

  /** Appends, and expects the reader to have it within the promised time. */
  async function appendAndExpect(count: number): Promise<void> {
    const { position } = follower;
    await world.append(count);
    const stop = startStopwatch();
    await until('it is read', () => follower.position >= position + count);
    expect(stop()).toBeLessThan(PROMISED);
  }

  async function returnToTopic(): Promise<void> {
    await published(world);
    await inTopic(world);
    await world.append(10);
    await world.publisher.publish();
    const head = (await world.hashes()).length - 1;
    await reached(follower, head);
    expect(follower.positions()).toEqual(range(1, head));
  }

  it('are killed: goes on within 3 s, says so, and returns to the topic', async () => {
    await begin();
    await server.kill();
    for (let i = 0; i < 4; i++) await appendAndExpect(10);
    await until('it says so', () => typeof world.feed.status() === 'object');
    expect(world.feed.status()).toEqual({ degraded: 'read from the database: the topic cannot be read' });
    await server.restart();
    await returnToTopic();
  });

  it('fall silent: goes on within 3 s, and returns to the topic', async () => {
    await begin();
    await server.freeze();
    for (let i = 0; i < 4; i++) await appendAndExpect(10);
    expect(world.feed.status()).toMatchObject({
      degraded: expect.stringContaining('read from the database'),
    });
    await sleep(3_000);
    server.resume();
    await returnToTopic();
  });
});
