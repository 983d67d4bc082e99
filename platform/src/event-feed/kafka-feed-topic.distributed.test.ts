/** The feed of a topic that comes, goes, and forgets. */
import { type Admin, AssignerProtocol } from 'kafkajs';
import { describe, expect, inject, it } from 'vitest';
import { until } from '../testing/index.js';
import {
  backInTopic,
  inTopic,
  LATE,
  published,
  range,
  reached,
  useKafkaWorlds,
} from './testing/use-kafka-worlds.js';

const kafka = inject('kafka');
const { makeWorld, following, inTopicAt } = useKafkaWorlds(kafka?.brokers ?? []);

describe.skipIf(kafka === undefined)('the kafka feed', () => {
  it('takes live events from the topic alone, in the order of the log', async () => {
    const world = await makeWorld();
    const follower = await inTopicAt(world, 20);
    for (let inTime = 0; inTime < 30; ) {
      const head = follower.position + 10;
      const before = await world.fromDatabase();
      const startedAt = performance.now();
      await world.append(10);
      await world.publisher.publish();
      await reached(follower, head);
      if (performance.now() - startedAt < LATE) {
        expect((await world.fromDatabase()) - before).toBe(0);
        inTime += 1;
      } else await backInTopic(world, follower);
    }
    expect(follower.positions()).toEqual(range(1, follower.position));
  });

  it('goes on when the topic is deleted, and returns to it when it is made again', async () => {
    const world = await makeWorld();
    const follower = await inTopicAt(world, 30);
    await world.topic.remove();
    await world.append(10);
    await reached(follower, 40);
    await until('the topic is made again', () =>
      world.topic.create().then(
        () => true,
        () => false,
      ),
    );
    world.publisher.alter = (messages) => messages;
    await published(world);
    await world.append(10);
    await world.publisher.publish();
    await reached(follower, 50);
    await backInTopic(world, follower);
    expect(follower.positions()).toEqual(range(1, follower.position));
  });

  it('takes from the database what the retention has removed', async () => {
    const world = await makeWorld();
    await world.append(100);
    await world.publisher.publish();
    const admin = world.topic.kafka.admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(world.topic.name);
    await admin.deleteTopicRecords({
      topic: world.topic.name,
      partitions: ends.map(({ partition, high }) => ({ partition, offset: high })),
    });
    await admin.disconnect();
    const follower = following(world, 10);
    await reached(follower, 100);
    world.publisher.follow();
    await world.append(50);
    await reached(follower, 150);
    expect(follower.positions()).toEqual(range(11, 150));
    await inTopic(world);
  });

  it('begins at the right place after a clock leapt and many events got one time', async () => {
    let time = Date.parse('2026-01-31T12:00:00Z');
    const world = await makeWorld({ clock: () => time });
    await world.append(50);
    time += 2 * 24 * 60 * 60_000;
    await world.append(50);
    time -= 24 * 60 * 60_000;
    await world.append(50);
    await world.publisher.publish();
    for (const after of [40, 70, 120]) {
      const follower = following(world, after);
      await reached(follower, 150);
      await inTopic(world);
      await follower.end();
      expect(follower.positions()).toEqual(range(after + 1, 150));
    }
  });

  it('leaves no group behind', async () => {
    const world = await makeWorld();
    const follower = await inTopicAt(world, 3);
    const admin = world.topic.kafka.admin();
    await admin.connect();
    const groups = () => groupsOf(admin, world.topic.name);
    await until('there is a group', async () => (await groups()).length > 0);
    const ours = await groups();
    await follower.end();
    await world.feed.close();
    await until('the group is gone', async () => {
      const { groups: left } = await admin.listGroups();
      return !left.some(({ groupId }) => ours.includes(groupId));
    });
    await admin.disconnect();
  });
});

/** Groups of readers of a topic; the brokers have those of other tests, too. */
async function groupsOf(admin: Admin, topic: string): Promise<string[]> {
  const { groups } = await admin.listGroups();
  const readers = groups.filter(({ groupId }) => groupId.startsWith('att-reader-'));
  const described = await admin.describeGroups(readers.map(({ groupId }) => groupId));
  return described.groups
    .filter(({ members }) =>
      members.some(
        // A member that is just joining has none.
        ({ memberMetadata }) =>
          memberMetadata.length > 0 &&
          AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics.includes(topic),
      ),
    )
    .map(({ groupId }) => groupId);
}
