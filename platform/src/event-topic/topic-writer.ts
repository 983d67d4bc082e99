/** Writer of the topic: sends that all in-sync replicas have, or that fail as a whole. */
import type { Kafka, Message, PartitionerArgs } from 'kafkajs';
import { disconnectInTime, kafkaLibrary } from '../kafka/index.js';
import { withTimeLimit } from '../time/index.js';
import { CONTENT_TYPE } from './message.js';

/** A message in the library's form, which costs no copy then. Make it with `newMessage`. */
export interface NewMessage {
  partition: number;
  key: string | null;
  value: Buffer;
  /** Milliseconds since 1970 at which the event was recorded. */
  timestamp: string;
  headers: Readonly<Record<string, string>>;
}

export interface TopicWriter {
  /**
   * Resolves once every in-sync replica has the messages. After a rejection some of them may be in the topic, now or
   * later, and the writer must not be used again.
   *
   * @returns offset of the first message in each partition
   */
  write(messages: readonly NewMessage[]): Promise<ReadonlyMap<number, number>>;
  close(): Promise<void>;
}

/** Milliseconds after which a send counts as failed: a broker that is frozen never answers. */
const SEND_LIMIT = 10_000;

const HEADERS = { 'content-type': CONTENT_TYPE };

/** @param timestamp milliseconds since 1970 at which the event was recorded */
export const newMessage = (
  partition: number,
  key: string | undefined,
  value: Buffer,
  timestamp: string,
): NewMessage => ({ partition, key: key ?? null, value, timestamp, headers: HEADERS });

/** @throws where no broker answers */
export async function openTopicWriter(kafka: Kafka, topic: string): Promise<TopicWriter> {
  const byDefault = kafkaLibrary().Partitioners.DefaultPartitioner();
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    // An idempotent one acknowledged other content after a failed send, and never wrote it.
    idempotent: false,
    maxInFlightRequests: 1,
    // The partition is the caller's: the library's own partitioner would be asked for each message.
    createPartitioner: () => (args: PartitionerArgs) => args.message.partition ?? byDefault(args),
    // Retries are the caller's: after any error it looks at what the topic has, and goes on with another writer.
    retry: { retries: 0 },
  });
  const close = () => disconnectInTime(producer);
  try {
    await withTimeLimit(SEND_LIMIT, producer.connect(), tooLate);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async write(messages) {
      const sending = producer.send({
        topic,
        acks: -1,
        timeout: SEND_LIMIT,
        messages: messages as Message[],
      });
      const results = await withTimeLimit(SEND_LIMIT, sending, tooLate);
      return new Map(results.map(({ partition, baseOffset }) => [partition, Number(baseOffset)]));
    },
    close,
  };
}

function tooLate(): never {
  throw new Error(`the brokers did not answer within ${SEND_LIMIT} ms`);
}
