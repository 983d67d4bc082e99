/** Start of a tenure: what the topic has is compared with the log, and publishing goes on from there. */
import { GENESIS_HASH, recogniseLog } from '@att/platform/event-log';
import {
  ensureTopic,
  type MessagePlace,
  readMessagesAt,
  readRanges,
  type Topic,
  type TopicMessage,
} from '@att/platform/event-topic';
import type { Lease } from './lease.js';
import type { PartitionPlace, RelayProgress } from './lease-row.js';
import { readHashes, readRetentionStart } from './log-queries.js';
import type { RelayOptions } from './relay-options.js';
import { type FoundPartition, NOTHING, type Resumption, resume } from './resume.js';

type Admin = Parameters<typeof ensureTopic>[0];

/** Place after which a tenure publishes. */
export interface TenureStart {
  topic: Topic;
  /** Epoch of the log that the topic was compared with. */
  epoch: string;
  position: number;
  /** Last message in each partition. */
  partitions: PartitionPlace[];
}

/** @throws ConfigError for a topic that is unfit, or that the brokers refuse */
export async function openTenure(options: RelayOptions, admin: Admin, lease: Lease): Promise<TenureStart> {
  const { config, pool, log, metrics } = options;
  const topic = await ensureTopic(admin, config.topic);
  for (const sentence of topic.advice) log.warn(sentence);
  const progress = lease.progress?.topic === idOf(topic) ? lease.progress : undefined;
  const found = await lookAt(options, admin, topic, progress);
  let compared = await compare(options, progress, found);
  const { foreign } = compared;
  if (foreign.length > 0) {
    metrics.foreign.inc(foreign.length);
    await renewLogOf(options, found, foreign);
    compared = await compare(options, progress, found);
    log.warn(
      { topic: topic.name, partitions: foreign },
      'the topic has messages of another log than this one',
    );
  }
  const { epoch, position, partitions, incomplete } = compared;
  if (incomplete.length > 0) {
    log.warn(
      { topic: topic.name, partitions: incomplete },
      'the topic lacks messages: they are published again',
    );
  }
  const start = position ?? (await readRetentionStart(pool, topic.retention));
  log.info({ topic: topic.name, after: start }, 'the log is published to the topic');
  return { topic, epoch, position: start, partitions };
}

/** Identity of a topic, as far as it can be asked for. */
export const idOf = ({ cluster, name }: Topic): string => `${cluster}/${name}`;

async function lookAt(
  { kafka }: RelayOptions,
  admin: Admin,
  topic: Topic,
  progress: RelayProgress | undefined,
): Promise<FoundPartition[]> {
  const ranges = await readRanges(admin, topic.name);
  const places = ranges.map(({ partition, low, high }) => {
    const { offset } = progress?.partitions[partition] ?? NOTHING;
    return {
      recorded: offset >= low && offset < high ? { partition, offset } : undefined,
      last: low < high ? { partition, offset: high - 1 } : undefined,
    };
  });
  const wanted = places
    .flatMap(({ recorded, last }) => [recorded, last])
    .filter((place) => place !== undefined);
  const messages = await readMessagesAt(kafka, topic.name, wanted);
  const at = (place: MessagePlace | undefined) => (place ? messages[wanted.indexOf(place)] : undefined);
  return ranges.map((range, index) => ({
    ...range,
    recorded: at(places[index]?.recorded),
    last: at(places[index]?.last),
  }));
}

/** Compares the topic with the log as it is now. */
async function compare(
  { pool }: RelayOptions,
  progress: RelayProgress | undefined,
  found: FoundPartition[],
): Promise<Resumption & { epoch: string }> {
  const positions = found.flatMap(({ last }) => (last === undefined ? [] : [last.event.position]));
  const { epoch, hashes } = await readHashes(pool, [
    ...positions,
    ...(progress === undefined ? [] : [progress.position]),
  ]);
  const isOfLog = ({ position, hash }: { position: number; hash: string }) =>
    hash === (position === 0 ? GENESIS_HASH : hashes.get(position));
  return { epoch, ...resume(progress, found, isOfLog) };
}

/** Has the log get a new epoch, where it does not have an event that was published under its present one. */
async function renewLogOf({ pool }: RelayOptions, found: FoundPartition[], foreign: number[]): Promise<void> {
  const messages = foreign.map((partition) => found[partition]?.last);
  for (const message of messages.filter((last): last is TopicMessage => last !== undefined)) {
    const { epoch, hash, event } = message;
    await recogniseLog(pool, { epoch, position: event.position, hash });
  }
}
