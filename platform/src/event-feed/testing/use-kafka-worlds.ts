/** Worlds on the brokers of the run, and readers that have come to their live end. */
import { afterEach } from 'vitest';
import { until } from '../../testing/index.js';
import {
  createKafkaWorld,
  type Follower,
  follow,
  type KafkaWorld,
  type KafkaWorldOptions,
} from './kafka-world.js';

export interface KafkaWorlds {
  makeWorld(options?: Partial<KafkaWorldOptions>): Promise<KafkaWorld>;
  following(world: KafkaWorld, after?: number): Follower;
  /** A reader that has come to the live end of log and topic. */
  inTopicAt(world: KafkaWorld, position: number): Promise<Follower>;
}

/** Called at the top of a test file: what a test makes ends with it. */
export function useKafkaWorlds(brokers: readonly string[]): KafkaWorlds {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  const following = (world: KafkaWorld, after = 0) => {
    const follower = follow(world, { after });
    open.push({ close: () => follower.end() });
    return follower;
  };
  return {
    async makeWorld(options = {}) {
      const world = await createKafkaWorld({ brokers, ...options });
      open.push(world);
      return world;
    },
    following,
    async inTopicAt(world, position) {
      await world.append(position);
      await world.publisher.publish();
      const follower = following(world);
      await reached(follower, position);
      await inTopic(world);
      return follower;
    },
  };
}

/** Milliseconds within which no event is taken from the database for being late: the topic has a second. */
export const LATE = 900;

export const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

export const reached = (follower: Follower, position: number) =>
  until(`position ${position} is read`, () => follower.position >= position);

export const inTopic = (world: KafkaWorld) =>
  until('the topic is read', () => world.feed.status() === 'read from the topic');

/** Resolves once all of the log is published: a topic that was away may refuse for a while. */
export const published = (world: KafkaWorld) =>
  until('the log is published', () =>
    world.publisher.publish().then(
      () => true,
      () => false,
    ),
  );

/** Resolves once a reader that left the topic is in it again, and at its end. */
export async function backInTopic(world: KafkaWorld, follower: Follower): Promise<void> {
  await until('the topic is read again', async () => {
    if (world.feed.status() === 'read from the topic') return true;
    await world.append(1);
    await world.publisher.publish();
    return false;
  });
  await reached(follower, (await world.hashes()).length - 1);
}
