/** Producer of all that strangers may write to a topic. */
import type { Admin } from 'kafkajs';
import type { KafkaConfig } from '../config/index.js';
import { createKafka, kafkaLibrary } from '../kafka/index.js';
import { withKafkaAdmin } from './read-topic.js';
import { silentLog } from './silent-log.js';

export interface StrangeProducer {
  /** Begins a transaction in each partition, which goes on until one of the functions is called. */
  openTransaction(): Promise<{ commit(): Promise<void>; abort(): Promise<void> }>;
  /** Writes a batch to each partition, in a compression that a broker makes. */
  writeCompressed(compression: 'lz4' | 'snappy' | 'zstd'): Promise<void>;
  /** Writes a message to each partition. */
  write(value: string | null): Promise<void>;
  close(): Promise<void>;
}

export async function createStrangeProducer(config: KafkaConfig): Promise<StrangeProducer> {
  const { name: topic, partitions } = config.topic;
  const kafka = createKafka({ config, name: 'stranger', log: silentLog, retries: 5 });
  const options = { allowAutoTopicCreation: false, maxInFlightRequests: 1 };
  const plain = kafka.producer(options);
  const transactional = kafka.producer({ ...options, idempotent: true, transactionalId: `strange ${topic}` });
  await Promise.all([plain.connect(), transactional.connect()]);
  const everywhere = (value: string | null, count = 1) => ({
    topic,
    messages: Array.from({ length: partitions * count }, (_, index) => ({
      partition: index % partitions,
      value,
    })),
  });
  const setCompression = (value: string) =>
    withKafkaAdmin(config, (admin) => setTopicSetting(admin, topic, 'compression.type', value));
  return {
    async openTransaction() {
      const transaction = await transactional.transaction();
      await transaction.send(everywhere('in a transaction'));
      return { commit: () => transaction.commit(), abort: () => transaction.abort() };
    },
    async writeCompressed(compression) {
      await setCompression(compression);
      await plain.send(everywhere('a text that is long enough to be worth it '.repeat(20), 300));
      await setCompression('producer');
    },
    async write(value) {
      await plain.send(everywhere(value));
    },
    async close() {
      await Promise.all([plain.disconnect(), transactional.disconnect()]);
    },
  };
}

/** Changes one setting: what is not named would go back to the brokers' default. */
async function setTopicSetting(admin: Admin, topic: string, name: string, value: string): Promise<void> {
  const resource = { type: kafkaLibrary().ConfigResourceTypes.TOPIC, name: topic };
  const { resources } = await admin.describeConfigs({ resources: [resource], includeSynonyms: false });
  const others = (resources[0]?.configEntries ?? []).filter(
    (entry) => !entry.isDefault && entry.configName !== name,
  );
  const configEntries = [
    ...others.map(({ configName, configValue }) => ({ name: configName, value: configValue })),
    { name, value },
  ];
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] });
}
