/** Live projection while batches are posted: a projector that follows the topic, against one that follows PostgreSQL. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Projection } from '@att/contracts';
import { fill } from '../../load/fill.js';
import { ask } from '../../load/latencies.js';
import { startAtt, type Target } from '../../processes.js';
import { inTurn } from '../../rounds.js';
import { perSecond, type Row } from '../../row.js';
import { withBrokers } from '../../with-brokers.js';

const TASKS = 10_000;
const EVENTS = 10 * TASKS;

export function projectorFromKafka(): Promise<Row[]> {
  return withBrokers(async ({ kafka, postgres }) => {
    let posted = 0;
    const project = async (env: Record<string, string>, name: string) => {
      const ingest = await startAtt('ingest', env);
      const projector = await startAtt('projector', env);
      try {
        const startedAt = performance.now();
        await fill(ingest, TASKS, name);
        posted += EVENTS;
        await untilProjected(projector, posted);
        return EVENTS / ((performance.now() - startedAt) / 1000);
      } finally {
        await Promise.all([ingest.stop(), projector.stop()]);
      }
    };
    let round = 0;
    const { rates, ratios } = await inTurn(
      {
        postgres: () => project(postgres, `from-postgres-${round++}`),
        kafka: () => project(kafka('bench.projected'), `from-kafka-${round++}`),
      },
      'kafka',
    );
    return [
      {
        what: 'live projection from Kafka, the relay beside it, of the same from PostgreSQL',
        figures: `${perSecond(rates.kafka)} of ${perSecond(rates.postgres)}`,
        value: ratios.postgres.toFixed(2),
        target: 'none set',
        reached: true,
      },
    ];
  });
}

async function untilProjected(projector: Target, position: number): Promise<void> {
  for (;;) {
    const projections = JSON.parse((await ask(projector, '/api/projections')).text) as Projection[];
    if (projections.every((projection) => projection.position >= position)) return;
    await sleep(50);
  }
}
