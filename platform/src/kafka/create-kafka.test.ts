import { expect, it } from 'vitest';
import { ConfigError, type KafkaConfig } from '../config/index.js';
import { silentLog } from '../testing/silent-log.js';
import { createKafka } from './create-kafka.js';

it('refuses a file of an authority that cannot be read, by the name of its variable', () => {
  const config: KafkaConfig = {
    brokers: ['localhost:9093'],
    tls: { caFile: '/nowhere/ca.pem' },
    sasl: undefined,
    topic: { name: 'events', partitions: 6, replication: undefined, retentionHours: 168 },
  };
  expect(() => createKafka({ config, name: 'test', log: silentLog })).toThrow(
    new ConfigError('KAFKA_TLS_CA_FILE /nowhere/ca.pem cannot be read (ENOENT): it is to be a PEM file'),
  );
});
