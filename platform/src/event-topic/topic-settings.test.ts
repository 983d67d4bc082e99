import { expect, it } from 'vitest';
import type { TopicConfig } from '../config/index.js';
import {
  newTopicSettings,
  replicationAdvice,
  retentionAdvice,
  retentionOf,
  topicFaults,
} from './topic-settings.js';

const config: TopicConfig = { name: 'events', partitions: 6, replication: undefined, retentionHours: 168 };

const found = (changes: Record<string, string> = {}, replication = 3) => ({
  partitions: 6,
  replication,
  settings: new Map(Object.entries({ ...newTopicSettings(config, replication), ...changes })),
});

it('a topic that was made as we make it has no fault, and keeps its messages for the retention', () => {
  for (const replication of [1, 2, 3]) expect(topicFaults(config, found({}, replication))).toEqual([]);
  expect(retentionOf(found().settings)).toBe(168 * 3_600_000);
  expect(retentionOf(found({ 'retention.ms': '-1' }).settings)).toBeUndefined();
});

it.each([
  ['cleanup.policy', 'compact,delete'],
  ['message.timestamp.type', 'LogAppendTime'],
  ['max.message.bytes', '1048588'],
  ['message.timestamp.after.max.ms', '3600000'],
  ['message.timestamp.before.max.ms', '3600000'],
  ['compression.type', 'zstd'],
  ['min.insync.replicas', '1'],
  ['min.insync.replicas', '4'],
])('a topic with %s=%s has a fault that names it', (name, value) => {
  const faults = topicFaults(config, found({ [name]: value }));
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(`${name}=${value}`);
});

it('brokers that do not know a setting, and topics with another retention, are taken as they are', () => {
  const { settings, ...topic } = found({ 'retention.ms': '1000' });
  settings.delete('message.timestamp.after.max.ms');
  expect(topicFaults(config, { ...topic, settings })).toEqual([]);
});

it('a topic with other partitions is refused with both numbers', () => {
  expect(topicFaults({ ...config, partitions: 12 }, found())[0]).toMatch(/^has 6 partitions .* is 12 /);
});

it.each([
  // configured, found, brokers
  [undefined, 1, 1],
  [undefined, 3, 3],
  [undefined, 3, 1],
  [undefined, 5, 6],
  [2, 2, 6],
])('KAFKA_REPLICATION=%s with %s copies at %s brokers needs no advice', (replication, copies, brokers) => {
  expect(replicationAdvice({ ...config, replication }, found({}, copies), brokers)).toBeUndefined();
});

it('copies that are too few, or not as configured, are told with what to do', () => {
  expect(replicationAdvice(config, found({}, 1), 3)).toBe(
    'the topic events has 1 copy of a partition and there are 3 brokers: give it 3 with kafka-reassign-partitions.sh and set its min.insync.replicas to 2',
  );
  expect(replicationAdvice({ ...config, replication: 2 }, found({}, 3), 3)).toBe(
    'the topic events has 3 copies of a partition and KAFKA_REPLICATION is 2: give it 2 with kafka-reassign-partitions.sh, or set KAFKA_REPLICATION to 3',
  );
});

it('a retention that is not as configured is told with what to do, as erased payloads stay that long', () => {
  expect(retentionAdvice(config, found())).toBeUndefined();
  expect(retentionAdvice({ ...config, retentionHours: 24 }, found())).toBe(
    'the topic events keeps messages for 168 h and KAFKA_RETENTION_HOURS is 24: set its retention.ms to 86400000 with kafka-configs.sh, or KAFKA_RETENTION_HOURS to what it has',
  );
  expect(retentionAdvice(config, found({ 'retention.ms': '-1' }))).toContain('keeps messages for ever');
});
