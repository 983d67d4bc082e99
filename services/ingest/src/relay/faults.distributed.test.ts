/** The relay under faults: nothing is lost, and what is sent again is dropped by position. */
import { setTimeout as sleep } from 'node:timers/promises';
import { renewEpoch } from '@att/platform/event-log';
import {
  createDatabaseProxy,
  cutLog,
  startStopwatch,
  throughProxy,
  until,
  withKafkaAdmin,
} from '@att/platform/testing';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { createRelayedLog, type RelayedLog, type StartedRelay } from './testing/relayed-log.js';

const brokers = inject('kafka')?.brokers ?? [];

let made: RelayedLog | undefined;

afterEach(async () => {
  await made?.close();
  made = undefined;
});

type KafkaAdmin = Parameters<Parameters<typeof withKafkaAdmin>[1]>[0];

const isActive = async (relay: StartedRelay) => (await relay.metric('att_relay_active')) === 1;

describe.skipIf(brokers.length === 0)('of several relays', () => {
  it('one is active, and another goes on when it stops', async () => {
    made = await createRelayedLog(brokers);
    const first = made.start();
    await until('the first is active', () => isActive(first));
    const second = made.start();
    await made.append(500);
    await made.published();
    expect(await isActive(second)).toBe(false);
    expect(await second.check.check()).toBe('another process publishes, up to 500');
    const elapsed = startStopwatch();
    await first.stop();
    await until('the second is active', () => isActive(second));
    expect(elapsed()).toBeLessThan(5_000);
    await made.append(500);
    await made.published();
    expect(await made.whole()).toHaveLength(1_000);
  });

  it('one that lost its database between a send and its record is followed without a loss', async () => {
    made = await createRelayedLog(brokers);
    const { database } = made;
    const proxy = await createDatabaseProxy(database.connectionString);
    const first = made.start({ connectionString: throughProxy(database.connectionString, proxy) });
    await made.append(300);
    await made.published();
    const locker = await database.pool().connect();
    // The record waits for this lock, so that the topic has what the row does not.
    await locker.query('BEGIN; SELECT FROM log.relay FOR UPDATE');
    await made.append(300);
    await until('all is sent', async () => (await first.metric('att_relay_published_events_total')) === 600);
    proxy.down();
    await database
      .pool()
      .query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'att-relay'`);
    await locker.query('COMMIT');
    locker.release();
    const recorded = await database.pool().query('SELECT position FROM log.relay');
    expect(recorded.rows[0].position).toBe(300);
    const second = made.start();
    await made.append(300);
    await made.published();
    // Messages that the first had sent are found in the topic, and not sent again.
    expect(await made.whole()).toHaveLength(900);
    expect(await second.metric('att_relay_published_events_total')).toBe(300);
    await first.stop();
    await proxy.close();
  });

  it('a row that was taken from one ends its tenure, and what it sends late is dropped', async () => {
    made = await createRelayedLog(brokers);
    const { database } = made;
    const first = made.start();
    await made.append(400);
    await made.published();
    // The row is another relay's, as after a long freeze, and stands before what this one has sent.
    await database.pool().query(`
      UPDATE log.relay SET owner = gen_random_uuid(), expires_at = clock_timestamp() + interval '2.5 s',
        position = 100, hash = (SELECT hash FROM log.events WHERE position = 100)`);
    await until('the first stands by', async () => !(await isActive(first)));
    await made.append(100);
    await made.published();
    await made.whole();
    expect(await first.metric('att_relay_failures_total')).toBe(0);
  });
});

describe.skipIf(brokers.length === 0)('a topic', () => {
  async function makeTopic(admin: KafkaAdmin, topic: string, numPartitions: number): Promise<void> {
    const configEntries = [
      { name: 'max.message.bytes', value: '4194304' },
      { name: 'message.timestamp.after.max.ms', value: '9223372036854775807' },
    ];
    await admin.createTopics({ topics: [{ topic, numPartitions, configEntries }] });
  }

  it.each(['deleted', 'deleted and made again'])(
    'that was %s is filled from its retention on',
    async (fate) => {
      made = await createRelayedLog(brokers);
      const { config } = made;
      const { name, partitions } = config.topic;
      const relay = made.start();
      await made.append(700);
      await made.published();
      await withKafkaAdmin(config, async (admin) => {
        await admin.deleteTopics({ topics: [name] });
        if (fate === 'deleted') return;
        await sleep(500);
        await makeTopic(admin, name, partitions);
      });
      await made.append(50);
      await until('it is noticed', async () => (await relay.metric('att_relay_failures_total')) > 0);
      await made.published();
      await until('all is published again', async () => {
        const published = await relay.metric('att_relay_published_events_total');
        return published >= 1_450;
      });
      await made.published();
      await made.whole();
    },
  );

  it.each(['deleted', 'deleted and made again'])(
    'that was %s while nothing happens is noticed all the same',
    async (fate) => {
      made = await createRelayedLog(brokers);
      const { name, partitions } = made.config.topic;
      const relay = made.start();
      // The tenure begins with an empty topic.
      await until('the topic is there', () => isActive(relay));
      await made.append(100);
      await made.published();
      await withKafkaAdmin(made.config, async (admin) => {
        await admin.deleteTopics({ topics: [name] });
        if (fate === 'deleted') return;
        await sleep(500);
        await makeTopic(admin, name, partitions);
      });
      await until('all is published again', async () => {
        return (await relay.metric('att_relay_published_events_total')) >= 200;
      });
      expect(await made.whole()).toHaveLength(100);
    },
  );
});

describe.skipIf(brokers.length === 0)('a log that was restored to an older state', () => {
  const epochOf = async ({ database }: RelayedLog): Promise<string> =>
    (await database.pool().query('SELECT epoch FROM log.head')).rows[0].epoch;

  it('is published under its new epoch from the fork on', async () => {
    made = await createRelayedLog(brokers);
    const { database } = made;
    const pool = database.pool();
    const first = made.start();
    await made.append(300);
    await made.published();
    await pool.query('CREATE TABLE backup AS SELECT * FROM log.relay');
    await made.append(200);
    await made.published();
    await first.stop();
    await cutLog(pool, 150);
    await pool.query('DELETE FROM log.relay; INSERT INTO log.relay SELECT * FROM backup');
    await renewEpoch(pool);
    await made.append(400);
    const second = made.start();
    await made.published();
    const epoch = await epochOf(made);
    const messages = await made.whole({ epoch, after: 300 });
    expect(
      messages.filter((message) => message.epoch === epoch).map(({ event }) => event.position)[0],
    ).toBeGreaterThan(300);
    expect(await second.metric('att_relay_foreign_messages_total')).toBe(3);
  });

  it('gets its new epoch by what the topic has, where nobody else noticed', async () => {
    made = await createRelayedLog(brokers);
    const { database } = made;
    const before = await epochOf(made);
    const first = made.start();
    await made.append(300);
    await made.published();
    await first.stop();
    await cutLog(database.pool(), 100);
    const second = made.start();
    await until('the log has a new epoch', async () => (await epochOf(made as RelayedLog)) !== before);
    await made.append(200);
    await made.published();
    await made.whole({ epoch: await epochOf(made) });
    expect(await second.metric('att_relay_foreign_messages_total')).toBe(3);
  });
});
