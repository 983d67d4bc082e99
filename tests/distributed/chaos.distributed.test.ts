/**
 * Every part of the distributed product killed or frozen under load. The short run has one episode; `npm run chaos -- --minutes N`
 * runs episodes with all faults in random order until the time is over. A seed that failed is played again with TEST_SEED.
 */
import { printedSeed } from '@att/platform/testing';
import { inject, it } from 'vitest';
import { createRandom } from '../support/random.js';
import { type EpisodeReport, runEpisode } from './chaos/episode.js';
import { FAULTS, type FaultName, SHORT } from './chaos/faults.js';
import { summary } from './chaos/summary.js';

const MINUTES = Number(process.env.CHAOS_MINUTES ?? 0);
/** Milliseconds that one episode may take at most. */
const EPISODE = 480_000;

const { kafka: canKillKafka, redis: canKillRedis } = inject('ownServers');

it.skipIf(!canKillKafka || !canKillRedis)(
  'loses and doubles nothing, at any consumer, whatever part dies',
  async () => {
    const startedAt = performance.now();
    const minutesSoFar = () => (performance.now() - startedAt) / 60_000;
    const reports: EpisodeReport[] = [];
    do {
      const seed =
        reports.length === 0 ? printedSeed('distributed chaos') : Math.floor(Math.random() * 2 ** 31);
      const random = createRandom(seed);
      const faults = MINUTES > 0 ? random.shuffle(Object.keys(FAULTS) as FaultName[]) : random.shuffle(SHORT);
      console.log(`episode ${reports.length + 1}, TEST_SEED=${seed}: ${faults.join(', ')}`);
      const report = await runEpisode(random, `att.chaos.${seed}`, faults);
      reports.push(report);
      console.log(JSON.stringify(report));
      console.log(summary(reports, minutesSoFar()));
    } while (minutesSoFar() < MINUTES);
  },
  MINUTES * 60_000 + EPISODE,
);
