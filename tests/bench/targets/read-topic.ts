/** Reads a topic to the position of the log's end: with kafkajs, which counts the messages, or as the feed, in total order. */
import { randomUUID } from 'node:crypto';
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
    let first: { at: number; count: number } | undefined;
    void consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        count += batch.messages.length;
        const at = performance.now();
        first ??= { at, count };
        if (count >= events) resolve((count - first.count) / ((at - first.at) / 1000));
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
  let first: { at: number; position: number } | undefined;
  for await (const { position } of feed.read({
    after: 0,
    batchSize: 2_000,
    signal: new AbortController().signal,
  })) {
    const at = performance.now();
    first ??= { at, position };
    if (position >= events) return (position - first.position) / ((at - first.at) / 1000);
  }
  throw new Error('the feed ended');
}
