/** Rate of the feed from Kafka with its total order restored, against kafkajs that just reads the same topic. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fill } from '../../load/fill.js';
import { runInChild, startAtt, type Target } from '../../processes.js';
import { inTurn } from '../../rounds.js';
import { atLeast, perSecond, type Row } from '../../row.js';
import type { ReadTopicPlan } from '../../targets/read-topic.js';
import { type Servers, withBrokers } from '../../with-brokers.js';

const TASKS = 40_000;
const EVENTS = 10 * TASKS;

export function kafkaFeed(): Promise<Row[]> {
  return withBrokers(async (servers) => {
    const rows: Row[] = [];
    for (const [index, partitions] of [1, 6].entries()) rows.push(await compare(servers, partitions, index));
    return rows;
  });
}

/** @param before topics that have the log's events already: each has all of them */
async function compare({ kafka }: Servers, partitions: number, before: number): Promise<Row> {
  const env = kafka(`bench.read.${partitions}`, partitions);
  const ingest = await startAtt('ingest', env);
  try {
    if (before === 0) await fill(ingest, TASKS, 'kafka-feed');
    await untilPublished(ingest);
  } finally {
    await ingest.stop();
  }
  const read = async (by: ReadTopicPlan['by']) => {
    const plan: ReadTopicPlan = { by, env, events: EVENTS };
    return (await runInChild<{ rate: number }>('./targets/read-topic.ts', plan)).rate;
  };
  const { rates, ratios } = await inTurn(
    { kafkajs: () => read('kafkajs'), feed: () => read('feed') },
    'feed',
  );
  return {
    what: `feed from ${partitions === 1 ? '1 partition' : `${partitions} partitions`}, in total order, of kafkajs just reading the topic`,
    figures: `${perSecond(rates.feed)} of ${perSecond(rates.kafkajs)}`,
    ...atLeast(ratios.kafkajs, 0.6),
  };
}

/** Resolves once the relay has published all there is. */
async function untilPublished({ port }: Target): Promise<void> {
  for (;;) {
    const text = await fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text());
    if (/^att_relay_lag_events 0$/m.test(text) && /^att_relay_active 1$/m.test(text)) return;
    await sleep(200);
  }
}
