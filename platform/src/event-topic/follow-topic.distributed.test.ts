import { randomUUID } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { createKafka } from '../kafka/index.js';
import { silentLog } from '../testing/index.js';
import { findOffsets } from './find-offsets.js';
import { followTopic } from './follow-topic.js';

it('ends with the error of its taker', async ({ skip }) => {
  const { brokers } = inject('kafka') ?? skip();
  const topic = { name: `att.test.${randomUUID()}`, partitions: 1, replication: 1, retentionHours: 1 };
  const config = { brokers, tls: undefined, sasl: undefined, topic };
  const kafka = createKafka({ config, name: 'test', log: silentLog });
  const admin = kafka.admin();
  const producer = kafka.producer();
  await Promise.all([admin.connect(), producer.connect()]);
  await admin.createTopics({ topics: [{ topic: topic.name }], waitForLeaders: true });
  await producer.send({ topic: topic.name, messages: [{ value: 'one' }] });
  const following = followTopic({
    kafka,
    topic: topic.name,
    offsets: await findOffsets(kafka, config, 'beginning'),
    signal: new AbortController().signal,
    log: silentLog,
    take: async ([message]) => {
      throw new Error(`cannot take ${message?.value}`);
    },
  });
  await expect(following).rejects.toThrow('cannot take one');
  await admin.deleteTopics({ topics: [topic.name] });
  await Promise.all([admin.disconnect(), producer.disconnect()]);
});
