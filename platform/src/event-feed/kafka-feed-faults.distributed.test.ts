import fc from 'fast-check';
import { type Admin, AssignerProtocol } from 'kafkajs';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../event-topic/index.js';
import { erasePayload, printedSeed, startStopwatch, until } from '../testing/index.js';
import {
  createKafkaWorld,
  type Follower,
  follow,
  type KafkaWorld,
  type KafkaWorldOptions,
} from './testing/kafka-world.js';
import type { Outgoing } from './testing/test-publisher.js';

const kafka = inject('kafka');
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const world of open.splice(0).reverse()) await world.close();
});

async function makeWorld(options: Partial<KafkaWorldOptions> = {}): Promise<KafkaWorld> {
  const world = await createKafkaWorld({ brokers: kafka?.brokers ?? [], ...options });
  open.push(world);
  return world;
}

function following(world: KafkaWorld, after = 0): Follower {
  const follower = follow(world, { after });
  open.push({ close: () => follower.end() });
  return follower;
}

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

const reached = (follower: Follower, position: number) =>
  until(`position ${position} is read`, () => follower.position >= position);

const inTopic = (world: KafkaWorld) =>
  until('the topic is read', () => world.feed.status() === 'read from the topic');

/** Milliseconds within which no event is taken from the database for being late: the topic has a second. */
const LATE = 900;

/** Resolves once a reader that left the topic is in it again, and at its end. */
async function backInTopic(world: KafkaWorld, follower: Follower): Promise<void> {
  await until('the topic is read again', async () => {
    if (world.feed.status() === 'read from the topic') return true;
    await world.append(1);
    await world.publisher.publish();
    return false;
  });
  await reached(follower, (await world.hashes()).length - 1);
}

/** A reader that has come to the live end of log and topic. */
async function inTopicAt(world: KafkaWorld, position: number): Promise<Follower> {
  await world.append(position);
  await world.publisher.publish();
  const follower = following(world);
  await reached(follower, position);
  await inTopic(world);
  return follower;
}

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

  it('misses nothing where messages are dropped, doubled, sent again or put into other partitions', async () => {
    const world = await makeWorld({ partitionFor: ({ position }) => (position * 7919) % 6 });
    const follower = await inTopicAt(world, 20);
    const sent: Outgoing[] = [];
    const fates = fc.sample(fc.constantFrom('sent', 'sent', 'sent', 'dropped', 'doubled', 'again'), {
      numRuns: 600,
      seed: printedSeed('spoiled messages'),
    });
    world.publisher.alter = (messages) =>
      messages.flatMap((message) => {
        sent.push(message);
        switch (fates[message.position]) {
          case 'dropped':
            return [];
          case 'doubled':
            return [message, message];
          case 'again':
            return [...sent.slice(-20), message];
          default:
            return [message];
        }
      });
    world.publisher.follow();
    for (let i = 0; i < 50; i++) await world.append(10);
    await reached(follower, 520);
    expect(follower.positions()).toEqual(range(1, 520));
  });

  it('goes on over a lost message at once, and returns to the topic', async () => {
    const world = await makeWorld({ partitions: 1 });
    const follower = await inTopicAt(world, 5);
    for (let position = 6; ; position = follower.position + 1) {
      world.publisher.alter = (messages) => messages.filter((message) => message.position !== position);
      await world.append(3);
      const startedAt = performance.now();
      await world.publisher.publish();
      await reached(follower, position + 2);
      const took = performance.now() - startedAt;
      await backInTopic(world, follower);
      // On a busy machine the topic itself may be late, and then nothing is shown: another message is lost.
      if (took < LATE) break;
    }
  });

  it('does not hang on a partition that is an hour behind', async () => {
    const world = await makeWorld({ partitionFor: ({ position }) => position % 6 });
    const follower = await inTopicAt(world, 12);
    const held: Outgoing[] = [];
    const isHeld = ({ partition }: Outgoing) => partition === 3;
    world.publisher.alter = (messages) => {
      held.push(...messages.filter(isHeld));
      return messages.filter((message) => !isHeld(message));
    };
    world.publisher.follow();
    const stop = startStopwatch();
    for (let i = 0; i < 40; i++) await world.append(10);
    await reached(follower, 412);
    expect(stop()).toBeLessThan(8_000);
    world.publisher.alter = (messages) => messages;
    await world.publisher.send(held);
    await world.append(10);
    await reached(follower, 422);
    expect(follower.positions()).toEqual(range(1, 422));
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
    await until('it can be published again', () =>
      world.publisher.publish().then(
        () => true,
        () => false,
      ),
    );
    await world.append(10);
    await world.publisher.publish();
    await reached(follower, 50);
    await until('the topic is read again', async () => {
      await world.append(1);
      await world.publisher.publish();
      return world.feed.status() === 'read from the topic';
    });
    const { position } = follower;
    await reached(follower, position);
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

  it('hands on nothing of another timeline, whose positions are the same', async () => {
    const world = await makeWorld();
    const follower = await inTopicAt(world, 10);
    world.publisher.alter = (messages) => messages.flatMap((message) => [ofAnotherLog(message), message]);
    world.publisher.follow();
    for (let i = 0; i < 10; i++) await world.append(10);
    await reached(follower, 110);
    expect(follower.positions()).toEqual(range(1, 110));
    const events = follower.batches.flatMap((batch) => batch.events);
    expect(events.every(({ actor }) => actor === 'tester')).toBe(true);
    const hashes = await world.hashes();
    expect(follower.batches.map(({ hash }) => hash)).toEqual(
      follower.batches.map(({ position }) => hashes[position]),
    );
  });

  it('gives an erased payload as null', async () => {
    const world = await makeWorld();
    const follower = await inTopicAt(world, 3);
    for (let position = 4; ; position = follower.position + 1) {
      const startedAt = performance.now();
      await world.append(1);
      await erasePayload(world.operator, position);
      const isInTime = performance.now() - startedAt < LATE;
      await world.publisher.publish();
      await reached(follower, position);
      await backInTopic(world, follower);
      // Erased so late, it may have been taken from the database before.
      if (!isInTime) continue;
      const events = follower.batches.flatMap((batch) => batch.events);
      expect(events[position - 1]).toMatchObject({ position, data_text: null });
      break;
    }
  });

  it('takes a payload that no message holds from the database', async () => {
    const world = await makeWorld();
    const follower = await inTopicAt(world, 3);
    world.publisher.alter = (messages) => messages.map(withoutData);
    await world.append(2);
    await world.publisher.publish();
    await reached(follower, 5);
    const events = follower.batches.flatMap((batch) => batch.events);
    expect(events.slice(3).map(({ data_text }) => data_text)).toEqual([
      '{"task":"Task 4", "n": 1.0}',
      '{"task":"Task 5", "n": 1.0}',
    ]);
  });

  it('passes over messages that are not ours', async () => {
    const world = await makeWorld();
    const follower = await inTopicAt(world, 3);
    world.publisher.alter = (messages) =>
      messages.flatMap((message) => [{ ...message, value: Buffer.from('hello') }, message]);
    await world.append(5);
    await world.publisher.publish();
    await reached(follower, 8);
    expect(follower.positions()).toEqual(range(1, 8));
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
      members.some(({ memberMetadata }) =>
        AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics.includes(topic),
      ),
    )
    .map(({ groupId }) => groupId);
}

/** The event that another log has at the same position. */
function ofAnotherLog(message: Outgoing): Outgoing {
  const { event, hash, prev } = decodeMessage(message.value);
  const other = { ...event, actor: 'somebody else', hash: hash.replaceAll(/[0-7]/g, '8'), data_hash: '00' };
  return { ...message, value: encodeMessage(other, { epoch: '0198a000-0000-4000-8000-000000000009', prev }) };
}

function withoutData(message: Outgoing): Outgoing {
  const text = message.value.toString();
  const at = text.indexOf(',"data":');
  return {
    ...message,
    value: Buffer.from(`${text.slice(0, at)},"dataref":"/api/events/${message.position}"}`),
  };
}
