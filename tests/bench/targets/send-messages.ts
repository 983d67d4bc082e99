/** The yardstick of the relay: kafkajs sends the log's messages, made before, in sends of the relay's size. */
import { encodeMessage, messageKey, partitionOf, type TopicEvent } from '@att/platform/event-topic';
import { Kafka, logLevel, type Message } from 'kafkajs';
import pg from 'pg';

export interface SendPlan {
  connectionString: string;
  brokers: readonly string[];
  topic: string;
  partitions: number;
}

/** Events of a send: what the relay puts into one when all partitions have their share. */
const EVENTS_OF_A_PARTITION = 300;

const { connectionString, brokers, topic, partitions }: SendPlan = await new Promise((resolve) =>
  process.once('message', resolve),
);
const messages = await readMessages();
const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
const admin = kafka.admin();
await admin.connect();
await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true });
await admin.disconnect();
const producer = kafka.producer({ maxInFlightRequests: 1 });
await producer.connect();
const startedAt = performance.now();
const size = EVENTS_OF_A_PARTITION * partitions;
for (let next = 0; next < messages.length; next += size) {
  await producer.send({ topic, messages: messages.slice(next, next + size), acks: -1 });
}
const rate = messages.length / ((performance.now() - startedAt) / 1000);
process.send?.({ rate });
await producer.disconnect();
process.disconnect();

async function readMessages(): Promise<Message[]> {
  const client = new pg.Client(connectionString);
  await client.connect();
  const { rows } = await client.query<TopicEvent>(
    `SELECT position::int, event_id, type, project, task_id, agent, occurred_at::text, recorded_at::text, actor,
            data::text AS data_text, encode(data_hash, 'hex') AS data_hash, encode(hash, 'hex') AS hash
     FROM log.events ORDER BY position`,
  );
  await client.end();
  return rows.map((event) => {
    const key = messageKey(event);
    return {
      ...(key === undefined ? {} : { key }),
      value: encodeMessage(event, { epoch: '00000000-0000-4000-8000-000000000000', prev: 1 }),
      partition: partitionOf(key, partitions),
      headers: { 'content-type': 'application/cloudevents+json' },
    };
  });
}
