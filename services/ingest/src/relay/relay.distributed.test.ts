/** The relay on a real broker: what it publishes, and what it refuses. */
import { ensureTopic } from '@att/platform/event-topic';
import {
  allowAnyTime,
  createTestAppender,
  erasePayload,
  newEvent,
  silentLog,
  until,
  withKafkaAdmin,
} from '@att/platform/testing';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { createRelayedLog, type RelayedLog, type StartedRelay } from './testing/relayed-log.js';

const brokers = inject('kafka')?.brokers ?? [];
const HOUR = 3_600_000;

let made: RelayedLog | undefined;

afterEach(async () => {
  await made?.close();
  made = undefined;
});

/** An appender whose clock says what the test wants. */
const appenderAt = ({ database }: RelayedLog, now: () => number) =>
  createTestAppender(database.connectionString, { now, anyTime: true });

describe.skipIf(brokers.length === 0)('the relay publishes', () => {
  it('what is in the log and what comes, each event once and in order', async () => {
    made = await createRelayedLog(brokers);
    await made.append(2_500);
    const relay = made.start();
    await made.published();
    for (let i = 0; i < 20; i++) await made.append(5);
    await made.published();
    expect(await relay.metric('att_relay_published_events_total')).toBe(2_600);
    expect(await relay.metric('att_relay_active')).toBe(1);
    expect(await relay.metric('att_relay_lag_events')).toBe(0);
    expect(await relay.metric('att_relay_failures_total')).toBe(0);
    expect(await relay.check.check()).toBe('has the log up to position 2600');
    expect(await made.whole()).toHaveLength(2_600);
  });

  it('payloads of 1 MiB, and erased ones as null', async () => {
    made = await createRelayedLog(brokers);
    const { appender, database } = made;
    const text = 'all work and no play '.repeat(49_000);
    await appender.append(Array.from({ length: 6 }, (_, n) => newEvent({ payload: { n, text } })));
    await erasePayload(database.pool(), 2);
    made.start();
    await made.published();
    const messages = await made.whole();
    expect(messages).toHaveLength(6);
    expect(messages.find(({ event }) => event.position === 2)).toMatchObject({
      hasData: true,
      event: { data_text: null },
    });
  });

  it('thousands of events of one task, which are all in one partition', async () => {
    made = await createRelayedLog(brokers);
    for (let i = 0; i < 4; i++) await made.append(3_000, { taskId: 'the only one' });
    made.start();
    await made.published();
    const messages = await made.whole();
    expect(messages).toHaveLength(12_000);
    expect(new Set(messages.map(({ partition }) => partition)).size).toBe(1);
  });

  it('times of a clock that leapt a year ahead, and what follows them', async () => {
    made = await createRelayedLog(brokers);
    await allowAnyTime(made.database.pool());
    const ahead = appenderAt(made, () => Date.now() + 365 * 24 * HOUR);
    made.start();
    await made.append(5);
    await ahead.append([newEvent(), newEvent()]);
    await made.published();
    const messages = await made.whole();
    expect(messages.filter(({ timestamp }) => timestamp > Date.now() + 300 * 24 * HOUR)).toHaveLength(2);
    await ahead.close();
  });

  it('from where the topic’s retention begins, where nothing was published yet', async () => {
    made = await createRelayedLog(brokers, { retentionHours: 2 });
    await allowAnyTime(made.database.pool());
    let hoursAgo = 48;
    const then = appenderAt(made, () => Date.now() - hoursAgo * HOUR);
    for (; hoursAgo > 0; hoursAgo -= 1) await then.append([newEvent(), newEvent()]);
    made.start();
    await made.published();
    // Two events at each of 48 hours to one hour ago: those of two hours ago are a few milliseconds too old.
    expect(await made.whole({ after: 94 })).toHaveLength(2);
    await then.close();
  });
});

describe.skipIf(brokers.length === 0)('a topic with fewer copies than wanted', () => {
  it('is published to, and a warning says what to do', async () => {
    made = await createRelayedLog(brokers, { replication: 2 });
    const { config } = made;
    await withKafkaAdmin(config, (admin) => ensureTopic(admin, { ...config.topic, replication: 1 }));
    const warn = vi.spyOn(silentLog, 'warn');
    made.start();
    await made.append(10);
    await made.published();
    const lines = warn.mock.calls.flat();
    warn.mockRestore();
    expect(lines).toContainEqual(
      expect.stringContaining('has 1 copy of a partition and KAFKA_REPLICATION is 2'),
    );
  });
});

describe.skipIf(brokers.length === 0)('a topic that the relay cannot use', () => {
  const degraded = async (relay: StartedRelay) => {
    let sentence = '';
    await until('the relay says what the topic lacks', async () => {
      const detail = await relay.check.check();
      if (typeof detail !== 'string') sentence = detail.degraded;
      return sentence.includes(': change it, or name another topic');
    });
    return sentence;
  };

  it.each([
    ['cleanup.policy', 'compact', 'has cleanup.policy=compact and needs delete'],
    [
      'message.timestamp.type',
      'LogAppendTime',
      'has message.timestamp.type=LogAppendTime and needs CreateTime',
    ],
    ['max.message.bytes', '1048588', 'has max.message.bytes=1048588 and needs at least 4194304'],
  ])('keeps no process from taking reports: its %s', async (name, value, words) => {
    made = await createRelayedLog(brokers);
    const { config } = made;
    const topic = { topic: config.topic.name, numPartitions: 3, configEntries: [{ name, value }] };
    await withKafkaAdmin(config, (admin) => admin.createTopics({ topics: [topic] }));
    await made.append(1);
    expect(await degraded(made.start())).toContain(`the topic ${config.topic.name} ${words}`);
  });

  it('may become so at run time: the process stays ready, and says why nothing is published', async () => {
    made = await createRelayedLog(brokers);
    const { config } = made;
    const { name: topic } = config.topic;
    const relay = made.start();
    await made.append(10);
    await made.published();
    await withKafkaAdmin(config, (admin) =>
      admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] }),
    );
    expect(await degraded(relay)).toContain('has 5 partitions and KAFKA_PARTITIONS is 3');
    await made.append(10);
    expect(await relay.metric('att_relay_lag_events')).toBe(10);
  });

  it('is left alone while it has another number of partitions', async () => {
    made = await createRelayedLog(brokers, { partitions: 4 });
    const { config } = made;
    const { name: topic } = config.topic;
    await withKafkaAdmin(config, (admin) =>
      admin.createTopics({
        topics: [
          {
            topic,
            numPartitions: 2,
            configEntries: [{ name: 'max.message.bytes', value: '4194304' }, AHEAD],
          },
        ],
      }),
    );
    await made.append(1);
    const relay = made.start();
    expect(await degraded(relay)).toContain('has 2 partitions and KAFKA_PARTITIONS is 4');
    await withKafkaAdmin(config, (admin) =>
      admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] }),
    );
    await made.published();
    await made.whole();
    expect(await relay.check.check()).toBe('has the log up to position 1');
  });
});

const AHEAD = { name: 'message.timestamp.after.max.ms', value: '9223372036854775807' };
