/** The topic as a reader of its own sees it: everything, from its beginning to its end. */
import { randomUUID } from 'node:crypto';
import { decodeMessage, type TopicMessage } from '@att/platform/event-topic';
import { until } from '@att/platform/testing';
import { Kafka, logLevel } from 'kafkajs';

export interface WholeTopic {
  /** Messages in position order, each position once: the first that came. */
  messages: TopicMessage[];
  /** Messages that gave a position again. */
  repeated: number;
}

/** Reads until every position up to `head` was seen. */
export async function readTopic(
  brokers: readonly string[],
  topic: string,
  head: number,
): Promise<WholeTopic> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `chaos-${randomUUID()}` });
  const seen = new Map<number, TopicMessage>();
  let repeated = 0;
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        const read = decodeMessage(Buffer.from(message.value as Buffer));
        if (seen.has(read.event.position)) repeated += 1;
        else seen.set(read.event.position, read);
      },
    });
    await until(`the topic has all ${head} events`, () => seen.size >= head);
  } finally {
    await consumer.disconnect();
  }
  const messages = [...seen.values()].sort((one, other) => one.event.position - other.event.position);
  return { messages, repeated };
}
