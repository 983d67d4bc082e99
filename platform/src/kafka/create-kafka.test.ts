import { afterEach, expect, it, vi } from 'vitest';
import { ConfigError, type KafkaConfig } from '../config/index.js';
import { silentLog } from '../testing/silent-log.js';
import { createKafka } from './create-kafka.js';

const CONFIG: KafkaConfig = {
  brokers: ['localhost:9093'],
  tls: undefined,
  sasl: undefined,
  topic: { name: 'events', partitions: 6, replication: undefined, retentionHours: 168 },
};

afterEach(() => {
  vi.restoreAllMocks();
});

it('says what the library warns of once in a while, however often it tries', () => {
  const [warn, debug] = [vi.spyOn(silentLog, 'warn'), vi.spyOn(silentLog, 'debug')];
  const logger = createKafka({ config: CONFIG, name: 'test', log: silentLog }).logger();
  for (let tries = 0; tries < 100; tries++) logger.error('Connection error', { error: 'refused' });
  logger.warn('another');
  expect(warn.mock.calls).toEqual([
    [{ reason: 'refused' }, 'kafka: Connection error'],
    [{}, 'kafka: another'],
  ]);
  expect(debug).toHaveBeenCalledTimes(99);
});

it('refuses a file of an authority that cannot be read, by the name of its variable', () => {
  const config: KafkaConfig = { ...CONFIG, tls: { caFile: '/nowhere/ca.pem' } };
  expect(() => createKafka({ config, name: 'test', log: silentLog })).toThrow(
    new ConfigError('KAFKA_TLS_CA_FILE /nowhere/ca.pem cannot be read (ENOENT): it is to be a PEM file'),
  );
});

it('connects to an IPv6 address', async () => {
  const config: KafkaConfig = { ...CONFIG, brokers: ['[::1]:9'] };
  const admin = createKafka({ config, name: 'test', log: silentLog, retries: 0 }).admin();
  await expect(admin.connect()).rejects.toThrow(/connect \w+ ::1:9/);
});
