/** Rate of the relay, against kafkajs sending the very same messages, to one partition and to six. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { fill } from '../../load/fill.js';
import { runInChild, startAtt } from '../../processes.js';
import { inTurn } from '../../rounds.js';
import { atLeast, perSecond, type Row } from '../../row.js';
import type { SendPlan } from '../../targets/send-messages.js';
import { type Servers, withBrokers } from '../../with-brokers.js';

const TASKS = 10_000;
const EVENTS = 10 * TASKS;

export function relay(): Promise<Row[]> {
  return withBrokers(async (servers) => {
    const ingest = await startAtt('ingest', servers.postgres);
    await fill(ingest, TASKS, 'relay').finally(() => ingest.stop());
    const rows: Row[] = [];
    for (const partitions of [1, 6]) rows.push(await compare(servers, partitions));
    return rows;
  });
}

async function compare(servers: Servers, partitions: number): Promise<Row> {
  let round = 0;
  const { rates, ratios } = await inTurn(
    {
      kafkajs: async () => {
        const topic = `bench.sent.${partitions}.${round++}`;
        const { connectionString, brokers } = servers;
        const plan: SendPlan = { connectionString, brokers, topic, partitions };
        return (await runInChild<{ rate: number }>('./targets/send-messages.ts', plan)).rate;
      },
      relay: () => publish(servers, `bench.relayed.${partitions}.${round++}`, partitions),
    },
    'relay',
  );
  return {
    what: `relay to ${partitions === 1 ? '1 partition' : `${partitions} partitions`}, of kafkajs sending the same messages`,
    figures: `${perSecond(rates.relay)} of ${perSecond(rates.kafkajs)}`,
    ...atLeast(ratios.kafkajs, 0.8),
  };
}

/** Publishes the whole log to a topic of its own. @returns events a second, from the first message to the last */
async function publish({ kafka, brokers }: Servers, topic: string, partitions: number): Promise<number> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const starting = startAtt('ingest', kafka(topic, partitions));
  try {
    let first: { at: number; count: number } | undefined;
    for (;;) {
      const count = await messagesOf(admin, topic);
      const at = performance.now();
      if (count > 0) first ??= { at, count };
      if (first !== undefined && count >= EVENTS) return (count - first.count) / ((at - first.at) / 1000);
      await sleep(20);
    }
  } finally {
    await (await starting).stop();
    await admin.disconnect();
  }
}

async function messagesOf(admin: ReturnType<Kafka['admin']>, topic: string): Promise<number> {
  const offsets = await admin.fetchTopicOffsets(topic).catch(() => []);
  return offsets.reduce((sum, { high }) => sum + Number(high), 0);
}
