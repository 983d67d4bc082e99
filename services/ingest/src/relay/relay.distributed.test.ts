/** The relay on a real broker: what it publishes, and what it refuses. */
import { Appender } from '@att/platform/event-log';
import { createMetrics } from '@att/platform/metrics';
import {
  allowAnyTime,
  erasePayload,
  newEvent,
  silentLog,
  until,
  withKafkaAdmin,
} from '@att/platform/testing';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { createRelayedLog, type RelayedLog } from './testing/relayed-log.js';

const brokers = inject('kafka')?.brokers ?? [];
const HOUR = 3_600_000;

let made: RelayedLog | undefined;

afterEach(async () => {
  await made?.close();
  made = undefined;
});

/** An appender whose clock says what the test wants. */
function appenderAt({ database }: RelayedLog, now: () => number): Appender {
  const { connectionString } = database;
  const options = { connectionString, log: silentLog, metrics: createMetrics(), now, anyTime: true };
  return new Appender({ ...options, role: 'att_ingest' });
}

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

describe.skipIf(brokers.length === 0)('a topic that the relay cannot use', () => {
  const refusal = async (relay: { check: { check(): Promise<unknown> } }) => {
    let message = '';
    await until('the relay refuses the topic', () =>
      relay.check.check().then(
        () => false,
        (error: Error) => {
          ({ message } = error);
          return true;
        },
      ),
    );
    return message;
  };

  it.each([
    ['cleanup.policy', 'compact', 'has cleanup.policy=compact and needs delete'],
    [
      'message.timestamp.type',
      'LogAppendTime',
      'has message.timestamp.type=LogAppendTime and needs CreateTime',
    ],
    ['max.message.bytes', '1048588', 'has max.message.bytes=1048588 and needs at least 4194304'],
  ])('is refused for its %s', async (name, value, words) => {
    made = await createRelayedLog(brokers);
    const { config } = made;
    const topic = { topic: config.topic.name, numPartitions: 3, configEntries: [{ name, value }] };
    await withKafkaAdmin(config, (admin) => admin.createTopics({ topics: [topic] }));
    await made.append(1);
    expect(await refusal(made.start())).toContain(`the topic ${config.topic.name} ${words}`);
  });

  it('is refused for another number of partitions, until it has the right one', async () => {
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
    expect(await refusal(relay)).toContain('has 2 partitions and KAFKA_PARTITIONS is 4');
    await withKafkaAdmin(config, (admin) =>
      admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] }),
    );
    await made.published();
    await made.whole();
    expect(await relay.check.check()).toBe('has the log up to position 1');
  });
});

const AHEAD = { name: 'message.timestamp.after.max.ms', value: '9223372036854775807' };
