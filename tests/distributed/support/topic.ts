/** A topic of a test's own, with messages as the relay makes them. */
import { randomUUID } from 'node:crypto';
import { encodeMessage, messageKey, partitionOf, type TopicEvent } from '@att/platform/event-topic';
import { createKafka } from '@att/platform/kafka';
import { silentLog } from '@att/platform/testing';

const PARTITIONS = 6;
const EPOCH = '0198a000-0000-4000-8000-000000000002';

export interface TestTopic {
  name: string;
  /** Environment of a process that reads it. */
  env: Record<string, string>;
  /** Publishes events, each in the partition of its task. */
  publish(events: readonly TopicEvent[]): Promise<void>;
  /** Publishes any value. */
  publishValue(value: string): Promise<void>;
  close(): Promise<void>;
}

export async function createTestTopic(brokers: readonly string[]): Promise<TestTopic> {
  const name = `att.test.${randomUUID()}`;
  const config = { name, partitions: PARTITIONS, replication: undefined, retentionHours: 1 };
  const kafka = createKafka({
    config: { brokers, tls: undefined, sasl: undefined, topic: config },
    name: 'att-test',
    log: silentLog,
  });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: name, numPartitions: PARTITIONS }], waitForLeaders: true });
  const producer = kafka.producer();
  await producer.connect();
  const ends = new Map<number, number>();
  return {
    name,
    env: { KAFKA_BROKERS: brokers.join(','), KAFKA_TOPIC: name },
    async publish(events) {
      const messages = events.map((event) => {
        const key = messageKey(event);
        const partition = partitionOf(key, PARTITIONS);
        const prev = ends.get(partition) ?? 0;
        ends.set(partition, event.position);
        return { key: key ?? null, partition, value: encodeMessage(event, { epoch: EPOCH, prev }) };
      });
      await producer.send({ topic: name, messages });
    },
    async publishValue(value) {
      await producer.send({ topic: name, messages: [{ value, partition: 0 }] });
    },
    async close() {
      await producer.disconnect();
      await admin.deleteTopics({ topics: [name] });
      await admin.disconnect();
    },
  };
}

/** Event of a task, as the log has it. */
export function topicEvent(position: number, fields: Partial<TopicEvent> = {}): TopicEvent {
  return {
    position,
    event_id: randomUUID(),
    type: 'task.started',
    project: 'project',
    task_id: `task-${position % 10}`,
    agent: 'agent',
    occurred_at: null,
    recorded_at: '2026-01-31T12:00:00.000Z',
    actor: 'key:env',
    data_text: `{"n": ${position}.0}`,
    data_hash: 'ab'.repeat(32),
    hash: 'cd'.repeat(32),
    ...fields,
  };
}
