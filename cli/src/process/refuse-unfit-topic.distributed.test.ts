import { randomUUID } from 'node:crypto';
import { ConfigError, type KafkaConfig, type TopicConfig } from '@att/platform/config';
import { silentLog } from '@att/platform/testing';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { refuseUnfitTopic } from './refuse-unfit-topic.js';

const brokers = inject('kafka')?.brokers ?? [];

afterEach(() => {
  vi.restoreAllMocks();
});

const configOf = (changes: Partial<TopicConfig>): KafkaConfig => ({
  brokers,
  tls: undefined,
  sasl: undefined,
  topic: {
    name: `start-${randomUUID()}`,
    partitions: 3,
    replication: undefined,
    retentionHours: 3,
    ...changes,
  },
});

describe.skipIf(brokers.length === 0)('a start', () => {
  it('is refused where the brokers refuse what is configured', async () => {
    const refused = refuseUnfitTopic(configOf({ replication: 3 }), silentLog);
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toThrow('KAFKA_REPLICATION is 3, and there are fewer brokers than that');
  });

  it('goes on without the brokers, and says why the topic is not checked', async () => {
    const warn = vi.spyOn(silentLog, 'warn');
    await refuseUnfitTopic({ ...configOf({}), brokers: ['127.0.0.1:9'] }, silentLog);
    expect(warn).toHaveBeenLastCalledWith(
      { reason: expect.stringContaining('ECONNREFUSED') },
      'the topic cannot be checked now: it is checked later',
    );
  });
});
