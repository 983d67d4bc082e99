/** Administration of the topic that the log is published to: made where it is absent, and checked at each start. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, ITopicConfig } from 'kafkajs';
import { ConfigError, type TopicConfig } from '../config/index.js';
import { isProtocolError, kafkaLibrary } from '../kafka/index.js';
import { refusalOf } from './refusal.js';
import {
  type FoundTopic,
  newTopicSettings,
  replicationAdvice,
  retentionAdvice,
  retentionOf,
  TIME_SETTINGS,
  topicFaults,
  wantedReplication,
} from './topic-settings.js';

export interface Topic {
  name: string;
  partitions: number;
  /** Milliseconds that it keeps a message; undefined: for ever. */
  retention: number | undefined;
  /** Id of the brokers' cluster: a topic of this name in another one is another topic. */
  cluster: string;
  /** Sentences for operators on what it should have, and may go on without. */
  advice: readonly string[];
}

/** Milliseconds that the brokers may take to make a topic. */
const CREATE_TIMEOUT = 10_000;

/**
 * Connects, and makes the topic where it is absent. Several processes may do so at once.
 *
 * @throws ConfigError that says what to change, where a topic of this name is unfit, or the brokers refuse us
 */
export async function ensureTopic(admin: Admin, config: TopicConfig): Promise<Topic> {
  try {
    await admin.connect();
    return await makeAndCheck(admin, config);
  } catch (error) {
    throw refusalOf(error, config) ?? error;
  }
}

async function makeAndCheck(admin: Admin, config: TopicConfig): Promise<Topic> {
  const { brokers, clusterId } = await admin.describeCluster();
  const found = (await findTopic(admin, config.name)) ?? (await makeTopic(admin, config, brokers.length));
  const faults = topicFaults(config, found);
  if (faults.length > 0) {
    throw new ConfigError(
      `the topic ${config.name} ${faults.join(', and ')}: change it, or name another topic with KAFKA_TOPIC`,
    );
  }
  const { partitions, settings } = found;
  return {
    name: config.name,
    partitions,
    retention: retentionOf(settings),
    cluster: clusterId,
    advice: [replicationAdvice(config, found, brokers.length), retentionAdvice(config, found)].filter(
      (sentence) => sentence !== undefined,
    ),
  };
}

async function findTopic(admin: Admin, name: string): Promise<FoundTopic | undefined> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
    const partitions = topics[0]?.partitions ?? [];
    const { resources } = await admin.describeConfigs({
      // Node finds no such name in the library's CommonJS.
      resources: [{ type: kafkaLibrary().ConfigResourceTypes.TOPIC, name }],
      includeSynonyms: false,
    });
    const entries = resources[0]?.configEntries ?? [];
    return {
      partitions: partitions.length,
      replication: Math.min(...partitions.map(({ replicas }) => replicas.length)),
      settings: new Map(entries.map(({ configName, configValue }) => [configName, configValue])),
    };
  } catch (error) {
    if (isProtocolError(error, 'UNKNOWN_TOPIC_OR_PARTITION')) return undefined;
    throw error;
  }
}

async function makeTopic(admin: Admin, config: TopicConfig, brokers: number): Promise<FoundTopic> {
  const replication = wantedReplication(config, brokers);
  const settings = newTopicSettings(config, replication);
  try {
    await create(admin, config, replication, settings);
  } catch (error) {
    if (!isProtocolError(error, 'INVALID_CONFIG')) throw error;
    const older = Object.entries(settings).filter(([name]) => !TIME_SETTINGS.includes(name));
    await create(admin, config, replication, Object.fromEntries(older));
  }
  for (let tries = 0; tries < 20; tries++) {
    const made = await findTopic(admin, config.name);
    if (made !== undefined && (await hasLeaders(admin, config.name))) return made;
    await sleep(100);
  }
  throw new Error('the brokers are not ready yet with the topic that they have made');
}

/** Brokers know of a new topic one after another, and refuse to lead what they do not know. */
async function hasLeaders(admin: Admin, name: string): Promise<boolean> {
  return admin.fetchTopicOffsets(name).then(
    () => true,
    () => false,
  );
}

/** Resolves as well where another process was faster. */
async function create(
  admin: Admin,
  { name, partitions }: TopicConfig,
  replicationFactor: number,
  settings: Record<string, string>,
): Promise<void> {
  const topic: ITopicConfig = {
    topic: name,
    numPartitions: partitions,
    replicationFactor,
    configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
  };
  await admin.createTopics({ topics: [topic], timeout: CREATE_TIMEOUT, waitForLeaders: true });
}
