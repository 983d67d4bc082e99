/** Faults, each of which happens and ends; what runs must go on by itself. */
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@att/platform/testing';
import { Kafka, logLevel } from 'kafkajs';
import { post } from '../../support/rest.js';
import type { Cluster } from './cluster.js';

type Fault = (cluster: Cluster) => Promise<void>;

const RELAYS = /^att_relay_active 1$/m;
const FOLLOWS = /^att_projector_following 1$/m;

const freezeServer = async (server: { freeze(): Promise<void>; resume(): void }, milliseconds: number) => {
  await server.freeze();
  await sleep(milliseconds);
  server.resume();
};

const restartServer = async (
  server: { kill(): Promise<unknown>; restart(): Promise<unknown> },
  down: number,
) => {
  await server.kill();
  await sleep(down);
  await server.restart();
};

export const FAULTS = {
  'an ingest killed': (it) => it.killAndRestart(it.any('ingest'), it.random.between(0, 3_000)),
  'an ingest frozen': (it) => it.freezeFor(it.any('ingest'), it.random.between(500, 8_000)),
  'the relay killed': async (it) =>
    it.killAndRestart(await it.active('ingest', RELAYS), it.random.between(0, 6_000)),
  'the relay frozen': async (it) =>
    it.freezeFor(await it.active('ingest', RELAYS), it.random.between(5_000, 15_000)),
  'the projector killed': async (it) =>
    it.killAndRestart(await it.active('projector', FOLLOWS), it.random.between(0, 6_000)),
  'the projector frozen': async (it) =>
    it.freezeFor(await it.active('projector', FOLLOWS), it.random.between(5_000, 15_000)),
  'a query killed': (it) => it.killAndRestart(it.any('query'), it.random.between(0, 2_000)),
  'each realtime killed in turn': async (it) => {
    for (const member of it.of('realtime')) {
      await it.killAndRestart(member, it.random.between(0, 2_000));
      await member.att.ready();
    }
  },
  'a realtime frozen': (it) => it.freezeFor(it.any('realtime'), it.random.between(500, 5_000)),
  'the broker killed': (it) => restartServer(it.kafka, it.random.between(0, 8_000)),
  'the broker frozen': (it) => freezeServer(it.kafka, it.random.between(1_000, 10_000)),
  'Redis killed': (it) => restartServer(it.redis, it.random.between(0, 4_000)),
  'Redis frozen': (it) => freezeServer(it.redis, it.random.between(1_000, 5_000)),
  'PostgreSQL killed': (it) => it.killPostgres(),
  'the topic deleted': deleteTopic,
  'all projections rebuilt': rebuildAll,
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;

/** Faults that the short run has: one of each kind of part, as a rule the worst for it. */
export const SHORT: readonly FaultName[] = [
  'the relay killed',
  'the projector frozen',
  'the broker killed',
  'Redis killed',
  'PostgreSQL killed',
  'each realtime killed in turn',
  'all projections rebuilt',
];

async function deleteTopic({ kafka, topic }: Cluster): Promise<void> {
  const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
}

/** A process that has just been started again, or whose database has, may not answer yet. */
async function rebuildAll(cluster: Cluster): Promise<void> {
  await until('a projector takes the rebuild', async () => {
    const answer = await post(cluster.urlOf('projector'), '/api/projections/rebuild', {}).catch(
      () => undefined,
    );
    if (answer === undefined || answer.status === 503) return false;
    if (answer.status >= 300) throw new Error(`the rebuild was answered ${answer.status}`);
    return true;
  });
}
