import { randomUUID } from 'node:crypto';
import { Kafka as Client, type Kafka, logLevel } from 'kafkajs';
import type { KafkaConfig } from '../../config/index.js';
import { until } from '../../testing/index.js';

export interface TestTopic {
  name: string;
  partitions: number;
  kafka: Kafka;
  config: KafkaConfig;
  /** Makes the topic, as it was made at first. */
  create(): Promise<void>;
  remove(): Promise<void>;
}

export async function createTestTopic(brokers: readonly string[], partitions = 6): Promise<TestTopic> {
  const name = `att.test.${randomUUID()}`;
  const kafka = new Client({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const withAdmin = async (work: (admin: ReturnType<Kafka['admin']>) => Promise<unknown>) => {
    const admin = kafka.admin();
    await admin.connect();
    try {
      await work(admin);
    } finally {
      await admin.disconnect();
    }
  };
  const settings = {
    topic: name,
    numPartitions: partitions,
    replicationFactor: 1,
    configEntries: [
      { name: 'max.message.bytes', value: '4194304' },
      { name: 'message.timestamp.after.max.ms', value: '9223372036854775807' },
      { name: 'retention.ms', value: '-1' },
    ],
  };
  const topic: TestTopic = {
    name,
    partitions,
    kafka,
    config: {
      brokers,
      tls: undefined,
      sasl: undefined,
      topic: { name, partitions, replication: 1, retentionHours: 1 },
    },
    create: () =>
      withAdmin(async (admin) => {
        await admin.createTopics({ waitForLeaders: false, topics: [settings] });
        await until('every partition has a leader', () =>
          admin.fetchTopicMetadata({ topics: [name] }).then(
            ({ topics }) => topics[0]?.partitions.every(({ leader }) => leader >= 0) ?? false,
            () => false,
          ),
        );
      }),
    remove: () => withAdmin((admin) => admin.deleteTopics({ topics: [name] })),
  };
  await topic.create();
  return topic;
}
