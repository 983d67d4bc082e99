/** Looks into a topic of a real broker. */
import { randomUUID } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { createKafka } from '../kafka/index.js';
import { silentLog, withKafkaAdmin } from '../testing/index.js';
import { ensureTopic } from './ensure-topic.js';
import { encodeMessage } from './message.js';
import { TOPIC_EVENT } from './testing/messages.js';
import { readMessagesAt } from './topic-places.js';
import { newMessage, openTopicWriter } from './topic-writer.js';

it('finds several messages of a partition, in whatever batches they lie', async ({ skip }) => {
  const { brokers } = inject('kafka') ?? skip();
  const topic = { name: `looked-at-${randomUUID()}`, partitions: 1, replication: 1, retentionHours: 1 };
  const config = { brokers, tls: undefined, sasl: undefined, topic };
  await withKafkaAdmin(config, (admin) => ensureTopic(admin, topic));
  const kafka = createKafka({ config, name: 'test', log: silentLog });
  const writer = await openTopicWriter(kafka, topic.name);
  const epoch = randomUUID();
  const now = String(Date.now());
  const at = (position: number) =>
    newMessage(0, undefined, encodeMessage({ ...TOPIC_EVENT, position }, { epoch, prev: position - 1 }), now);
  // Two sends, one message more than the places have: offsets 0 to 3, and 4.
  await writer.write([at(1), at(2), at(3), at(4)]);
  await writer.write([at(5)]);
  await writer.close();
  const places = [1, 3, 4].map((offset) => ({ partition: 0, offset }));
  const found = await readMessagesAt(kafka, topic.name, places);
  expect(found.map((message) => message?.event.position)).toEqual([2, 4, 5]);
  await withKafkaAdmin(config, (admin) => admin.deleteTopics({ topics: [topic.name] }));
});
