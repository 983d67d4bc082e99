/** Settings that the topic is made with, and those that it must have: pure. */
import type { TopicConfig } from '../config/index.js';

const HOUR = 3_600_000;
/** Bytes of a record batch at most: a send has one for each partition. */
const MAX_BATCH_BYTES = 4_194_304;
/** Milliseconds that an event's time may be from a broker's clock: no event may be refused for its time. */
const FAR = 10 * 365 * 24 * HOUR;
/** Copies that survive the loss of one broker, and are still two then. */
const REPLICATION = 3;
/** Settings that older brokers, and others than Apache Kafka, do not know: how far from its clock a broker takes times. */
export const TIME_SETTINGS = ['message.timestamp.after.max.ms', 'message.timestamp.before.max.ms'];
/** Compressions that all readers understand: a broker with another one would recompress what we send. */
const COMPRESSIONS = ['producer', 'uncompressed', 'gzip'];

/** The topic as the brokers describe it. */
export interface FoundTopic {
  partitions: number;
  /** Copies of each partition; of the one that has the fewest. */
  replication: number;
  settings: ReadonlyMap<string, string>;
}

export function newTopicSettings(
  { retentionHours }: TopicConfig,
  replication: number,
): Record<string, string> {
  return {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionHours * HOUR),
    'max.message.bytes': String(MAX_BATCH_BYTES),
    'message.timestamp.type': 'CreateTime',
    ...Object.fromEntries(TIME_SETTINGS.map((name) => [name, String(FAR)])),
    'compression.type': 'producer',
    ...(replication >= 3 ? { 'min.insync.replicas': '2' } : {}),
  };
}

/** @returns what keeps the topic from being written to, each as the end of a sentence about it */
export function topicFaults(
  config: TopicConfig,
  { partitions, replication, settings }: FoundTopic,
): string[] {
  const faults: string[] = [];
  const refuse = (name: string, holds: (value: string) => boolean, wanted: string) => {
    const value = settings.get(name);
    if (value !== undefined && !holds(value)) faults.push(`has ${name}=${value} and needs ${wanted}`);
  };
  if (partitions !== config.partitions) {
    faults.push(
      `has ${partitions} partitions and KAFKA_PARTITIONS is ${config.partitions} (the events of a task would change their partition)`,
    );
  }
  refuse('cleanup.policy', (value) => value === 'delete', 'delete');
  refuse('message.timestamp.type', (value) => value === 'CreateTime', 'CreateTime');
  refuse('max.message.bytes', (value) => Number(value) >= MAX_BATCH_BYTES, `at least ${MAX_BATCH_BYTES}`);
  for (const name of TIME_SETTINGS) refuse(name, (value) => Number(value) >= FAR, `at least ${FAR}`);
  refuse('compression.type', (value) => COMPRESSIONS.includes(value), `one of ${COMPRESSIONS.join(', ')}`);
  if (replication >= 3) refuse('min.insync.replicas', (value) => Number(value) >= 2, 'at least 2');
  refuse(
    'min.insync.replicas',
    (value) => Number(value) <= replication,
    `at most ${replication}, its copies`,
  );
  return faults;
}

/** Copies that a partition is to have. @param brokers that are there now */
export const wantedReplication = ({ replication }: TopicConfig, brokers: number): number =>
  replication ?? Math.min(REPLICATION, brokers);

/**
 * Advice about copies that are not as many as wanted, as a sentence for operators; undefined where they are. Copies beyond
 * three, or beyond the brokers of a bad hour, do no harm where no number is configured.
 */
export function replicationAdvice(
  config: TopicConfig,
  { replication: found }: FoundTopic,
  brokers: number,
): string | undefined {
  const wanted = wantedReplication(config, brokers);
  if (found === wanted || (found > wanted && config.replication === undefined)) return undefined;
  const reason =
    config.replication === undefined ? `there are ${brokers} brokers` : `KAFKA_REPLICATION is ${wanted}`;
  const other = config.replication === undefined ? '' : `, or set KAFKA_REPLICATION to ${found}`;
  const inSync = wanted >= 3 ? ' and set its min.insync.replicas to 2' : '';
  return `the topic ${config.name} has ${found} ${found === 1 ? 'copy' : 'copies'} of a partition and ${reason}: give it ${wanted} with kafka-reassign-partitions.sh${inSync}${other}`;
}

/** Advice about a retention that is not as configured: erased payloads stay that long. Undefined where it is. */
export function retentionAdvice(
  { name, retentionHours }: TopicConfig,
  { settings }: FoundTopic,
): string | undefined {
  const [found, wanted] = [retentionOf(settings), retentionHours * HOUR];
  if (found === wanted) return undefined;
  const time = found === undefined ? 'for ever' : `for ${found / HOUR} h`;
  return `the topic ${name} keeps messages ${time} and KAFKA_RETENTION_HOURS is ${retentionHours}: set its retention.ms to ${wanted} with kafka-configs.sh, or KAFKA_RETENTION_HOURS to what it has`;
}

/** Milliseconds that the topic keeps a message; undefined: for ever. */
export function retentionOf(settings: ReadonlyMap<string, string>): number | undefined {
  const value = Number(settings.get('retention.ms') ?? -1);
  return value < 0 ? undefined : value;
}
