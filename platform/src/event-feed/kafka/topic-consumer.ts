/**
 * One incarnation of a consumer of the topic. The library has no assignment of partitions by hand, so a reader is alone
 * in a group of its own, and begins at offsets that are looked up by time: none is ever stored.
 */
import { randomUUID } from 'node:crypto';
import type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { disconnectInTime } from '../../kafka/index.js';
import { withTimeLimit } from '../../time/index.js';
import type { PartitionStart } from './held-messages.js';

export interface TopicConsumer {
  starts: readonly PartitionStart[];
  pause(partitions: readonly number[]): void;
  resume(partitions: readonly number[]): void;
  /** Leaves the group and deletes it, as well as that can be done within seconds. Never rejects. */
  close(): Promise<void>;
}

export interface RawArrival {
  partition: number;
  messages: readonly KafkaMessage[];
  /** Offset after the last of them. */
  next: number;
  /** Offset at which the partition ended when they were fetched. */
  end: number;
}

export interface TopicConsumerOptions {
  kafka: Kafka;
  topic: string;
  /** Name of the reader, in the id of its group. */
  name: string;
  /** Messages of this time and later are read; milliseconds since 1970. */
  from: number;
  /** Called before any message comes. */
  onOpen(consumer: TopicConsumer): void;
  /** Called with messages whose values are slices of a larger buffer: what is kept must be copied. Must not block or throw. */
  onMessages(arrival: RawArrival): void;
  /** Called once, when this incarnation is over for another reason than `close`. */
  onLost(reason: string): void;
}

/** Milliseconds that a broker holds an empty fetch; messages that come meanwhile are sent at once. */
const MAX_WAIT = 150;
/** Bytes of a partition in a fetch: a larger fetch blocks the event loop for longer than a frame of a socket may wait. */
const PARTITION_BYTES = 256 * 1024;
const METADATA_MAX_AGE = 30_000;
/** Milliseconds that leaving and deleting a group may take. */
const CLOSE_TIMEOUT = 2_000;

/** @throws when no broker answers, or the topic is not there */
export async function openTopicConsumer(options: TopicConsumerOptions): Promise<TopicConsumer> {
  const { kafka, topic, name, from, onOpen, onMessages, onLost } = options;
  const starts = await withAdmin(kafka, (admin) => findStarts(admin, topic, from));
  const groupId = `att-${name}-${randomUUID()}`;
  const consumer = createConsumer(kafka, groupId, starts.length);
  const next = new Map(starts.map(({ partition, offset }) => [partition, offset]));
  let isOver = false;
  const lose = (reason: string) => {
    if (isOver) return;
    isOver = true;
    onLost(reason);
  };
  const opened: TopicConsumer = {
    starts,
    pause: (partitions) => whileRunning(() => consumer.pause([{ topic, partitions: [...partitions] }])),
    resume: (partitions) => whileRunning(() => consumer.resume([{ topic, partitions: [...partitions] }])),
    close() {
      isOver = true;
      return closeGroup(kafka, consumer, groupId);
    },
  };
  consumer.on(consumer.events.CRASH, ({ payload }) => lose(payload.error.message));
  // A join forgets the places, so they are set again before the first fetch that follows it.
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    if (payload.memberAssignment[topic]?.length !== next.size) return lose('not all partitions were given');
    for (const [partition, offset] of next) consumer.seek({ topic, partition, offset: String(offset) });
  });
  // A batch without messages, such as the end of another producer's transaction, is passed over without a call.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    const { partition, batchSize, lastOffset, highWatermark } = payload;
    const after = Number(lastOffset) + 1;
    if (isOver || batchSize > 0 || after <= (next.get(partition) ?? 0)) return;
    next.set(partition, after);
    onMessages({ partition, messages: [], next: after, end: Number(highWatermark) });
  });
  onOpen(opened);
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async (payload) => {
        if (isOver) return;
        const arrival = arrivalOf(payload);
        next.set(arrival.partition, arrival.next);
        onMessages(arrival);
      },
    });
  } catch (error) {
    await opened.close();
    throw error;
  }
  return opened;
}

/** A consumer that is ending refuses; its CRASH event follows, or it was closed. */
function whileRunning(change: () => void): void {
  try {
    change();
  } catch {}
}

function createConsumer(kafka: Kafka, groupId: string, partitions: number): Consumer {
  return kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    minBytes: 1,
    maxWaitTimeInMs: MAX_WAIT,
    maxBytesPerPartition: PARTITION_BYTES,
    // Less would be used up by the first partitions, and the others would fall behind.
    maxBytes: partitions * PARTITION_BYTES,
    metadataMaxAge: METADATA_MAX_AGE,
    // A new incarnation with a new id takes the place of one that failed: the same id would wait for the dead member.
    retry: { restartOnFailure: async () => false },
  });
}

function arrivalOf({ batch }: EachBatchPayload): RawArrival {
  return {
    partition: batch.partition,
    messages: batch.messages,
    next: Number(batch.lastOffset()) + 1,
    end: Number(batch.highWatermark),
  };
}

/** Places of the first messages of that time or a later one. Recorded time never goes backwards with position. */
async function findStarts(admin: Admin, topic: string, from: number): Promise<PartitionStart[]> {
  const starts = await admin.fetchTopicOffsetsByTimestamp(topic, from);
  const ends = new Map(
    (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]),
  );
  return starts.map(({ partition, offset }) => ({
    partition,
    offset: Number(offset),
    end: ends.get(partition) ?? Number(offset),
  }));
}

async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await disconnectInTime(admin);
  }
}

async function closeGroup(kafka: Kafka, consumer: Consumer, groupId: string): Promise<void> {
  const closing = async () => {
    await consumer.disconnect();
    await withAdmin(kafka, (admin) => admin.deleteGroups([groupId]));
  };
  // A group that stays is empty, and the brokers forget it after days.
  await withTimeLimit(
    CLOSE_TIMEOUT,
    closing().catch(() => {}),
    () => {},
  );
}
