import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import type { KafkaConfig } from '../../config/index.js';
import { ensureTopic } from '../../event-topic/index.js';
import { createKafka } from '../../kafka/index.js';
import { silentLog, until, withKafkaAdmin } from '../../testing/index.js';

export interface TestTopic {
  name: string;
  partitions: number;
  kafka: Kafka;
  config: KafkaConfig;
  /** Makes the topic, as it was made at first. */
  create(): Promise<void>;
  remove(): Promise<void>;
}

/** A topic of a test's own. It keeps messages for ten years, as some tests are of the past. */
export async function createTestTopic(brokers: readonly string[], partitions = 6): Promise<TestTopic> {
  const name = `att.test.${randomUUID()}`;
  const config: KafkaConfig = {
    brokers,
    tls: undefined,
    sasl: undefined,
    topic: { name, partitions, replication: undefined, retentionHours: 87_600 },
  };
  const topic: TestTopic = {
    name,
    partitions,
    kafka: createKafka({ config, name: 'test', log: silentLog, retries: 5 }),
    config,
    create: () =>
      withKafkaAdmin(config, (admin) =>
        // A broker may not know for a moment what it has just made.
        until('the topic is there', () =>
          ensureTopic(admin, config.topic).then(
            () => true,
            () => false,
          ),
        ),
      ),
    remove: () => withKafkaAdmin(config, (admin) => admin.deleteTopics({ topics: [name] })),
  };
  await topic.create();
  return topic;
}
