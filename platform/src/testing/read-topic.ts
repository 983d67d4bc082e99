/** The topic as a plain consumer reads it. */
import { randomUUID } from 'node:crypto';
import type { KafkaConfig } from '../config/index.js';
import { decodeMessage, type TopicMessage } from '../event-topic/index.js';
import { createKafka } from '../kafka/index.js';
import { silentLog } from './silent-log.js';
import { until } from './until.js';

export interface PlacedMessage extends TopicMessage {
  partition: number;
  offset: number;
  /** Milliseconds since 1970. */
  timestamp: number;
  headers: Record<string, string>;
}

type Admin = ReturnType<ReturnType<typeof createKafka>['admin']>;

export async function withKafkaAdmin<T>(config: KafkaConfig, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = createKafka({ config, name: 'test', log: silentLog }).admin({ retry: { retries: 5 } });
  await admin.connect();
  return work(admin).finally(() => admin.disconnect());
}

/** All messages of the topic; those of a partition are in order. */
export async function readTopic(config: KafkaConfig): Promise<PlacedMessage[]> {
  const topic = config.topic.name;
  const offsets = await withKafkaAdmin(config, (admin) => admin.fetchTopicOffsets(topic));
  const expected = offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
  const consumer = createKafka({ config, name: 'test', log: silentLog }).consumer({
    groupId: `test-${randomUUID()}`,
    maxWaitTimeInMs: 100,
  });
  const messages: PlacedMessage[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message }) => {
      const { value, offset, timestamp, headers = {} } = message;
      messages.push({
        ...decodeMessage(value as Buffer),
        partition,
        offset: Number(offset),
        timestamp: Number(timestamp),
        headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
      });
    },
  });
  await until('the whole topic is read', () => messages.length >= expected);
  await consumer.disconnect();
  return messages;
}
