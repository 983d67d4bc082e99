/** A log with relays that publish it to a topic of its own, on real servers. */
import { randomUUID } from 'node:crypto';
import type { KafkaConfig, TopicConfig } from '@att/platform/config';
import type { Appender, NewEvent } from '@att/platform/event-log';
import { createMetrics, type Registry } from '@att/platform/metrics';
import { createPool } from '@att/platform/postgres';
import type { ServiceContext } from '@att/platform/service';
import {
  createTestAppender,
  createTestDatabase,
  expectTopicHasLog,
  newEvent,
  type PlacedMessage,
  silentLog,
  type TestDatabase,
  until,
  withKafkaAdmin,
} from '@att/platform/testing';
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
  /** Expects the topic to have the log. @returns all messages of the topic */
  whole(options?: Parameters<typeof expectTopicHasLog>[2]): Promise<PlacedMessage[]>;
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
  const appender = createTestAppender(connectionString);
  const relays: Relay[] = [];
  let appended = 0;
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
    whole: (options) => expectTopicHasLog(config, database.pool(), options),
    async close() {
      await Promise.all(relays.map((relay) => relay.stop()));
      await appender.close();
      await database.drop();
      await withKafkaAdmin(config, (admin) => admin.deleteTopics({ topics: [config.topic.name] })).catch(
        () => {},
      );
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
