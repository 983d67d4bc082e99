/** Looks into the topic: how far its partitions reach, and which messages lie at some offsets. */
import { randomUUID } from 'node:crypto';
import type { Admin, Consumer, EachBatchHandler, Kafka } from 'kafkajs';
import { disconnectInTime } from '../kafka/index.js';
import { withTimeLimit } from '../time/index.js';
import { decodeMessage, type TopicMessage } from './message.js';

/** Offsets of a partition. */
export interface PartitionRange {
  partition: number;
  /** Offset of the oldest message. */
  low: number;
  /** Offset that the next message gets. */
  high: number;
}

/** @param admin connected */
export async function readRanges(admin: Admin, topic: string): Promise<PartitionRange[]> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return offsets
    .map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
    .sort((a, b) => a.partition - b.partition);
}

export interface MessagePlace {
  partition: number;
  offset: number;
}

/** Milliseconds that a look into the topic may take; to join a group takes 3 of them by a broker's default. */
const LOOK_LIMIT = 15_000;

/**
 * Reads single messages. The library reads only as a member of a group, so this is one of its own.
 *
 * @param places offsets that exist
 * @returns a message for each place, in order; undefined for one that is not ours, or that retention has just removed
 */
export async function readMessagesAt(
  kafka: Kafka,
  topic: string,
  places: readonly MessagePlace[],
): Promise<(TopicMessage | undefined)[]> {
  if (places.length === 0) return [];
  const consumer = kafka.consumer({
    groupId: `att-look-${randomUUID()}`,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 100,
    maxBytesPerPartition: 256 * 1024,
    retry: { retries: 0, restartOnFailure: async () => false },
  });
  const read = async () => {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    return readPlaces(consumer, topic, places);
  };
  try {
    return await withTimeLimit(LOOK_LIMIT, read(), () => {
      throw new Error(`the brokers did not answer within ${LOOK_LIMIT} ms`);
    });
  } finally {
    await disconnectInTime(consumer);
  }
}

/** Reads one place of each partition after another. @param consumer subscribed, and not running yet */
function readPlaces(
  consumer: Consumer,
  topic: string,
  places: readonly MessagePlace[],
): Promise<(TopicMessage | undefined)[]> {
  const found = new Map<MessagePlace, TopicMessage | undefined>();
  const nextOf = (partition: number) =>
    places.find((place) => place.partition === partition && !found.has(place));
  return new Promise((resolve, reject) => {
    const goOn = (partition: number) => {
      const next = nextOf(partition);
      if (next === undefined) consumer.pause([{ topic, partitions: [partition] }]);
      else consumer.seek({ topic, partition, offset: String(next.offset) });
      if (found.size === places.length) resolve(places.map((place) => found.get(place)));
    };
    const goOnEverywhere = () => {
      for (const partition of new Set(places.map(({ partition }) => partition))) goOn(partition);
    };
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    // A member that joins again has forgotten its places.
    consumer.on(consumer.events.GROUP_JOIN, goOnEverywhere);
    const eachBatch: EachBatchHandler = async ({ batch: { partition, messages } }) => {
      const place = nextOf(partition);
      const message = messages.find(({ offset }) => place !== undefined && Number(offset) >= place.offset);
      if (place === undefined || message === undefined) return;
      found.set(place, Number(message.offset) === place.offset ? decoded(message.value) : undefined);
      goOn(partition);
    };
    // A record of a transaction's end is no message: the batch is passed over without a call.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, batchSize, lastOffset } }) => {
      const place = nextOf(partition);
      if (batchSize > 0 || place === undefined || Number(lastOffset) < place.offset) return;
      found.set(place, undefined);
      goOn(partition);
    });
    consumer.run({ autoCommit: false, eachBatch }).then(goOnEverywhere).catch(reject);
  });
}

function decoded(value: Buffer | null): TopicMessage | undefined {
  try {
    return value === null ? undefined : decodeMessage(value);
  } catch {
    return undefined;
  }
}
