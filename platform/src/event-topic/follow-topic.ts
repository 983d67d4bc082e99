/** The topic as it grows: messages in the order of each partition, also over an absence of the brokers. */
import { randomUUID } from 'node:crypto';
import type { Consumer, Kafka } from 'kafkajs';
import { disconnectInTime } from '../kafka/index.js';
import type { Logger } from '../logging/index.js';
import { pause } from '../time/index.js';
import type { Offsets } from './find-offsets.js';

export interface FoundMessage {
  partition: number;
  offset: string;
  value: Buffer | null;
}

export interface FollowOptions {
  kafka: Kafka;
  topic: string;
  /** Offsets to begin at. */
  offsets: Offsets;
  signal: AbortSignal;
  log: Logger;
  /** Takes messages of one partition, in order. More are read once it has resolved. */
  take(messages: FoundMessage[]): Promise<void>;
}

/** Milliseconds between two lives of a consumer. */
const PAUSE = 500;

/** Resolves when the signal aborts, and rejects with an error of `take`. Nothing is stored at the brokers: its group has a random name, and commits nothing. */
export async function followTopic(options: FollowOptions): Promise<void> {
  const { signal } = options;
  const next = new Map(options.offsets);
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  while (!signal.aborted) {
    await readUntilCrash(options, next, stopped);
    await pause(PAUSE, signal);
  }
}

/** Reads with one consumer of the library, which does not survive every error, until it ends. */
async function readUntilCrash(options: FollowOptions, next: Offsets, stopped: Promise<void>): Promise<void> {
  const consumer = options.kafka.consumer({
    groupId: `att-follow-${randomUUID()}`,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 200,
    maxBytesPerPartition: 256 * 1024,
    retry: {
      initialRetryTime: 100,
      maxRetryTime: 1_000,
      retries: 1_000,
      restartOnFailure: async () => false,
    },
  });
  let fail = (_: unknown) => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => fail(payload.error));
  try {
    await Promise.race([stopped, failed, start(consumer, options, next, fail).then(() => failed)]);
  } catch (error) {
    if (!isOfLibrary(error)) throw error;
    // Brokers that are away come back.
    options.log.warn({ reason: String(error) }, 'the topic cannot be read now');
  } finally {
    await disconnectInTime(consumer);
  }
}

const isOfLibrary = (error: unknown) => error instanceof Error && error.name.startsWith('KafkaJS');

async function start(
  consumer: Consumer,
  { topic, take }: FollowOptions,
  next: Offsets,
  fail: (error: unknown) => void,
): Promise<void> {
  // A member that joins, also again, knows no offsets: none are committed.
  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const [partition, offset] of next) consumer.seek({ topic, partition, offset });
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    async eachBatch({ batch }) {
      const { partition, messages } = batch;
      try {
        await take(messages.map(({ offset, value }) => ({ partition, offset, value })));
        next.set(partition, String(BigInt(batch.lastOffset()) + 1n));
      } catch (error) {
        // Thrown here, the library would try it a thousand times.
        fail(error);
      }
    },
  });
}
