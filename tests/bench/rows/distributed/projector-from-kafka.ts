/** Live projection while batches are posted: a projector that follows the topic, against one that follows PostgreSQL. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Projection } from '@att/contracts';
import { fill } from '../../load/fill.js';
import { ask } from '../../load/latencies.js';
import { startAtt, type Target } from '../../processes.js';
import { inTurn } from '../../rounds.js';
import { perSecond, type Row } from '../../row.js';
import { withBrokers } from '../../with-brokers.js';

const TASKS = 20_000;
const EVENTS = 10 * TASKS;

export function projectorFromKafka(): Promise<Row[]> {
  return withBrokers(async ({ kafka, postgres }) => {
    let posted = 0;
    const fromLog: number[] = [];
    const project = async (env: Record<string, string>, name: string, follows?: 'topic') => {
      const ingest = await startAtt('ingest', env);
      const projector = await startAtt('projector', env);
      try {
        if (follows === 'topic') await untilInTopic(projector);
        const before = await logEventsOf(projector);
        const startedAt = performance.now();
        await fill(ingest, TASKS, name);
        posted += EVENTS;
        await untilProjected(projector, posted);
        const seconds = (performance.now() - startedAt) / 1000;
        if (follows === 'topic') fromLog.push(((await logEventsOf(projector)) - before) / EVENTS);
        return EVENTS / seconds;
      } finally {
        await Promise.all([ingest.stop(), projector.stop()]);
      }
    };
    let round = 0;
    const { rates, ratios } = await inTurn(
      {
        postgres: () => project(postgres, `from-postgres-${round++}`),
        kafka: () => project(kafka('bench.projected'), `from-kafka-${round++}`, 'topic'),
      },
      'kafka',
    );
    return [
      {
        what: 'live projection from Kafka, the relay beside it, of the same from PostgreSQL',
        figures: `${perSecond(rates.kafka)} of ${perSecond(rates.postgres)}; ${share(fromLog)} of the events came from the database all the same`,
        value: ratios.postgres.toFixed(2),
        target: 'none set',
        reached: true,
      },
    ];
  });
}

const share = (shares: readonly number[]) => `at most ${Math.ceil(100 * Math.max(...shares))} %`;

/** Resolves once no reader takes its events from the database any more. */
async function untilInTopic(projector: Target): Promise<void> {
  for (;;) {
    const text = await metricsOf(projector);
    if (
      /^att_feed_source\{.*source="topic".*\} [1-9]/m.test(text) &&
      !/^att_feed_source\{.*source="log".*\} [1-9]/m.test(text)
    )
      return;
    await sleep(200);
  }
}

/** Events that the projector took from the database although brokers are configured; 0 where none are. */
async function logEventsOf(projector: Target): Promise<number> {
  const counts = (await metricsOf(projector)).matchAll(/^att_feed_log_events_total\{.*\} (\d+)$/gm);
  return Math.max(0, ...[...counts].map(([, count]) => Number(count)));
}

const metricsOf = ({ port }: Target): Promise<string> =>
  fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text());

async function untilProjected(projector: Target, position: number): Promise<void> {
  for (;;) {
    const projections = JSON.parse((await ask(projector, '/api/projections')).text) as Projection[];
    if (projections.every((projection) => projection.position >= position)) return;
    await sleep(50);
  }
}
