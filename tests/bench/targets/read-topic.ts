/** Reads a topic to the position of the log's end: with kafkajs, which counts the messages, or as the feed, in total order. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '@att/platform/config';
import { createKafkaFeed } from '@att/platform/event-feed';
import { createLogger } from '@att/platform/logging';
import { createMetrics } from '@att/platform/metrics';
import { createPool } from '@att/platform/postgres';
import { Kafka, logLevel } from 'kafkajs';

export interface ReadTopicPlan {
  by: 'kafkajs' | 'feed';
  /** Environment of a service on the topic. */
  env: Record<string, string>;
  events: number;
}

/** Events of a batch of the feed. */
const BATCH_SIZE = 2_000;

const plan: ReadTopicPlan = await new Promise((resolve) => process.once('message', resolve));
const { events } = plan;
const { kafka: config, databaseUrl } = readConfig(plan.env);
if (config === undefined || databaseUrl === undefined)
  throw new Error('the plan names no brokers or no database');
const rate = await (plan.by === 'feed' ? readFeed() : readPlainly());
process.send?.({ rate });
process.disconnect();
process.exit();

async function readPlainly(): Promise<number> {
  const { brokers, topic } = config as NonNullable<typeof config>;
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: randomUUID(), maxBytesPerPartition: 256 * 1024, minBytes: 1 });
  await consumer.connect();
  await consumer.subscribe({ topic: topic.name, fromBeginning: true });
  return new Promise((resolve) => {
    let count = 0;
    const rateAt = rateOfLastHalf();
    void consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        count += batch.messages.length;
        const rate = rateAt(count);
        if (rate !== undefined) resolve(rate);
      },
    });
  });
}

async function readFeed(): Promise<number> {
  const log = createLogger('warn');
  const connectionString = databaseUrl as string;
  const pool = createPool({ connectionString, role: undefined, max: 2, name: 'bench', log });
  const feed = createKafkaFeed({
    kafka: config as NonNullable<typeof config>,
    pool,
    connectionString,
    role: undefined,
    log,
    metrics: createMetrics(),
    // All of the topic counts as near: none of it is to be read from the database.
    near: Number.MAX_SAFE_INTEGER,
  });
  const rateAt = rateOfLastHalf();
  const { signal } = new AbortController();
  for await (const { position } of feed.read({ after: 0, batchSize: BATCH_SIZE, signal })) {
    if (feed.status() !== 'read from the topic') {
      if (position >= events / 2) throw new Error(`half of the log was ${JSON.stringify(feed.status())}`);
      // The consumer needs seconds to join its group: the database alone would bring all of the log meanwhile.
      await sleep(200);
    }
    const rate = rateAt(position);
    if (rate !== undefined) return rate;
  }
  throw new Error('the feed ended');
}

/** Events a second from the middle to the end: what was fetched before the reading began is gone by then. */
function rateOfLastHalf(): (count: number) => number | undefined {
  let middle: { at: number; count: number } | undefined;
  return (count) => {
    const at = performance.now();
    if (count >= events / 2) middle ??= { at, count };
    if (middle === undefined || count < events) return undefined;
    return (count - middle.count) / ((at - middle.at) / 1000);
  };
}
