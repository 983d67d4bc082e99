import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { ConfigError, type KafkaConfig } from '../config/index.js';
import { createKafka } from '../kafka/index.js';
import { silentLog, withKafkaAdmin } from '../testing/index.js';
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
        advice: [],
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

  it('is used with another number of copies, and with an advice', async () => {
    const config = newConfig();
    const ensure = (replication: number | undefined) =>
      withKafkaAdmin(config, (admin) => ensureTopic(admin, { ...config.topic, replication }));
    await ensure(undefined);
    expect((await ensure(2)).advice).toEqual([
      expect.stringMatching(/^the topic made-\S+ has 1 copy of a partition and KAFKA_REPLICATION is 2: /),
    ]);
  });

  it('is used with another retention, and with an advice', async () => {
    const config = newConfig();
    const ensure = (retentionHours: number) =>
      withKafkaAdmin(config, (admin) => ensureTopic(admin, { ...config.topic, retentionHours }));
    await ensure(3);
    expect(await ensure(2)).toMatchObject({
      retention: 3 * 3_600_000,
      advice: [expect.stringMatching(/^the topic made-\S+ keeps messages for 3 h and .* is 2: /)],
    });
  });

  it('is refused in one sentence where there are too few brokers for its copies', async () => {
    const config = newConfig();
    const topic = { ...config.topic, replication: 3 };
    await expect(withKafkaAdmin(config, (admin) => ensureTopic(admin, topic))).rejects.toEqual(
      new ConfigError(
        `the topic ${topic.name} cannot be made: KAFKA_REPLICATION is 3, and there are fewer brokers than that. Start more of them, or lower it`,
      ),
    );
  });

  it('is refused in one sentence where the brokers take no login', async () => {
    const config: KafkaConfig = {
      ...newConfig(),
      sasl: { mechanism: 'plain', username: 'att', password: 'secret' },
    };
    const admin = createKafka({ config, name: 'test', log: silentLog, retries: 1 }).admin();
    const error = await ensureTopic(admin, config.topic).catch((error: unknown) => error);
    await admin.disconnect();
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toContain('take no login at these ports');
  });
});
