import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import type { KafkaConfig } from '../config/index.js';
import { withKafkaAdmin } from '../testing/index.js';
import { ensureTopic } from './ensure-topic.js';

const brokers = inject('kafka')?.brokers ?? [];

describe.skipIf(brokers.length === 0)('the topic', () => {
  const newConfig = (): KafkaConfig => ({
    brokers,
    tls: undefined,
    sasl: undefined,
    topic: { name: `made-${randomUUID()}`, partitions: 5, replication: undefined, retentionHours: 3 },
  });

  it('is made once where several processes make it at once, and found again', async () => {
    const config = newConfig();
    const make = () => withKafkaAdmin(config, (admin) => ensureTopic(admin, config.topic));
    const made = await Promise.all([make(), make(), make(), make()]);
    for (const topic of [...made, await make()]) {
      expect(topic).toEqual({
        name: config.topic.name,
        partitions: 5,
        retention: 3 * 3_600_000,
        cluster: expect.stringMatching(/./),
      });
    }
  });

  it('is refused in one sentence where it has other partitions', async () => {
    const config = newConfig();
    const ensure = (partitions: number) =>
      withKafkaAdmin(config, (admin) => ensureTopic(admin, { ...config.topic, partitions }));
    await ensure(5);
    await expect(ensure(6)).rejects.toThrow(
      /^the topic made-\S+ has 5 partitions and KAFKA_PARTITIONS is 6 \(.*\): change it, or name another topic with KAFKA_TOPIC$/,
    );
  });
});
