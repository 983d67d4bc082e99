/** A log with relays that publish it to a topic of its own, on real servers. */
import { randomUUID } from 'node:crypto';
import type { KafkaConfig, TopicConfig } from '@att/platform/config';
import { Appender, type HashedEvent, type NewEvent, PageSize, readHashed } from '@att/platform/event-log';
import { decodeMessage, type TopicMessage } from '@att/platform/event-topic';
import { createKafka } from '@att/platform/kafka';
import { createMetrics, type Registry } from '@att/platform/metrics';
import { createPool } from '@att/platform/postgres';
import type { ServiceContext } from '@att/platform/service';
import { createTestDatabase, newEvent, silentLog, type TestDatabase, until } from '@att/platform/testing';
import { type Relay, startRelay } from '../relay.js';

export interface RelayedLog {
  config: KafkaConfig;
  database: TestDatabase;
  appender: Appender;
  /** Appends events of some tasks. */
  append(count: number, fields?: Parameters<typeof newEvent>[0]): Promise<void>;
  start(overrides?: Overrides): StartedRelay;
  /** Resolves once the row says that all is published. */
  published(): Promise<void>;
  log(): Promise<HashedEvent[]>;
  /** All messages of the topic, by partition and in order. */
  topic(): Promise<Placed[]>;
  close(): Promise<void>;
}

export interface Overrides {
  connectionString?: string;
  config?: Partial<KafkaConfig>;
}

export interface StartedRelay extends Relay {
  metrics: Registry;
  /** Value of a metric without labels. */
  metric(name: string): Promise<number>;
}

export interface Placed extends TopicMessage {
  partition: number;
  offset: number;
  /** Milliseconds since 1970. */
  timestamp: number;
  headers: Record<string, string>;
}

export async function createRelayedLog(
  brokers: readonly string[],
  topic: Partial<TopicConfig> = {},
): Promise<RelayedLog> {
  const database = await createTestDatabase();
  const { connectionString } = database;
  const config: KafkaConfig = {
    brokers,
    tls: undefined,
    sasl: undefined,
    topic: {
      name: `relay-${randomUUID()}`,
      partitions: 3,
      replication: undefined,
      retentionHours: 168,
      ...topic,
    },
  };
  const appender = new Appender({
    connectionString,
    role: 'att_ingest',
    log: silentLog,
    metrics: createMetrics(),
  });
  const relays: Relay[] = [];
  let appended = 0;
  const log = () => readLog(database);
  return {
    config,
    database,
    appender,
    async append(count, fields = {}) {
      const events: NewEvent[] = [];
      for (let i = 0; i < count; i++) {
        appended += 1;
        events.push(newEvent({ taskId: `task ${appended % 50}`, payload: { n: appended }, ...fields }));
      }
      await appender.append(events);
    },
    start(overrides = {}) {
      const relay = startTestRelay(overrides.connectionString ?? connectionString, {
        ...config,
        ...overrides.config,
      });
      relays.push(relay);
      return relay;
    },
    published: () =>
      until('the topic has the log', async () => {
        const { rows } = await database
          .pool()
          .query<{ done: boolean }>(
            'SELECT h.position = r.position AND h.hash = r.hash AS done FROM log.head h, log.relay r',
          );
        return rows[0]?.done === true;
      }),
    log,
    topic: () => readTopic(config),
    async close() {
      await Promise.all(relays.map((relay) => relay.stop()));
      await appender.close();
      await database.drop();
      await withAdmin(config, (admin) => admin.deleteTopics({ topics: [config.topic.name] })).catch(() => {});
    },
  };
}

function startTestRelay(connectionString: string, config: KafkaConfig): StartedRelay {
  const metrics = createMetrics();
  const relay = startRelay(contextOf(connectionString, metrics), config);
  return {
    ...relay,
    metrics,
    async metric(name) {
      const [value] = (await metrics.getSingleMetric(name)?.get())?.values ?? [];
      return value?.value ?? Number.NaN;
    },
  };
}

/** The parts of a context that a relay uses. */
function contextOf(connectionString: string, metrics: Registry): ServiceContext {
  return {
    log: silentLog,
    metrics,
    database: {
      connectionString,
      role: (role) => role,
      pool: (role, pooling) => createPool({ connectionString, role, log: silentLog, ...pooling }),
    },
  } as ServiceContext;
}

async function readLog(database: TestDatabase): Promise<HashedEvent[]> {
  const events: HashedEvent[] = [];
  for (;;) {
    const page = await readHashed(
      database.pool(),
      events.at(-1)?.position ?? 0,
      new PageSize(1_000, 2 ** 24),
    );
    if (page.events.length === 0) return events;
    events.push(...page.events);
  }
}

type Admin = ReturnType<ReturnType<typeof createKafka>['admin']>;

export async function withAdmin<T>(config: KafkaConfig, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = createKafka({ config, name: 'test', log: silentLog }).admin({ retry: { retries: 5 } });
  await admin.connect();
  return work(admin).finally(() => admin.disconnect());
}

async function readTopic(config: KafkaConfig): Promise<Placed[]> {
  const topic = config.topic.name;
  const offsets = await withAdmin(config, (admin) => admin.fetchTopicOffsets(topic));
  const expected = offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
  const consumer = createKafka({ config, name: 'test', log: silentLog }).consumer({
    groupId: `test-${randomUUID()}`,
    maxWaitTimeInMs: 100,
  });
  const messages: Placed[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message }) => {
      const { value, offset, timestamp, headers = {} } = message;
      messages.push({
        ...decodeMessage(value as Buffer),
        partition,
        offset: Number(offset),
        timestamp: Number(timestamp),
        headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
      });
    },
  });
  await until('the whole topic is read', () => messages.length >= expected);
  await consumer.disconnect();
  return messages;
}
