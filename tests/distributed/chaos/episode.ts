/** An episode: a cluster of its own under load, faults one after another, and the proof that nothing was lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Projection } from '@att/contracts';
import type { LogEvent, ProvenEvent } from '@att/platform/event-log';
import { until } from '@att/platform/testing';
import { expect } from 'vitest';
import { Follower } from '../../chaos/follower.js';
import { Load } from '../../chaos/load.js';
import { proveAcknowledgements, proveFrames, proveGapless, proveReadModels } from '../../chaos/proof.js';
import type { Random } from '../../support/random.js';
import { get, read, readLog } from '../../support/rest.js';
import { Cluster } from './cluster.js';
import { FAULTS, type FaultName } from './faults.js';
import { readWholeTopic } from './read-topic.js';

const SENDERS = 4;
const NARROW = 'project-2';

/** Deeds of an episode, and figures of what it proved. */
export interface EpisodeReport {
  faults: { name: FaultName; seconds: number; projectedAfterSeconds: number }[];
  events: number;
  acknowledged: number;
  answers: Record<string, number>;
  /** Messages that the topic had more than once. */
  repeated: number;
  reconnects: number;
}

export async function runEpisode(random: Random, topic: string, faults: readonly FaultName[]) {
  const cluster = await Cluster.start(random, topic);
  let load: Load | undefined;
  const followers: Follower[] = [];
  try {
    const url = () => cluster.urlOf('ingest');
    load = new Load(
      topic,
      random,
      Array.from({ length: SENDERS }, () => url),
    );
    const realtime = () => cluster.urlOf('realtime');
    followers.push(new Follower(realtime), new Follower(realtime), new Follower(realtime, NARROW));
    await load.continues();
    const done: EpisodeReport['faults'] = [];
    for (const name of faults) done.push(await runFault(cluster, load, name));
    await load.stop();
    await cluster.untilReady();
    await rebuildsAreOver(cluster);
    return await prove(cluster, load, followers, done);
  } finally {
    for (const follower of followers) follower.close();
    await load?.abandon();
    await cluster.end();
  }
}

async function runFault(
  cluster: Cluster,
  load: Load,
  name: FaultName,
): Promise<EpisodeReport['faults'][number]> {
  await sleep(cluster.random.between(200, 1_500));
  const startedAt = performance.now();
  await FAULTS[name](cluster);
  const endedAt = performance.now();
  await load.continues();
  await untilProjected(cluster);
  const seconds = (from: number, to: number) => Math.round((to - from) / 100) / 10;
  return {
    name,
    seconds: seconds(startedAt, endedAt),
    projectedAfterSeconds: seconds(endedAt, performance.now()),
  };
}

/** Resolves once the read models have all that the log has now. */
async function untilProjected(cluster: Cluster): Promise<void> {
  let head: number | undefined;
  await until('the read models follow', async () => {
    const path = head === undefined ? '/api/events?limit=1' : `/api/stats?min_position=${head}`;
    const answer = await get(cluster.urlOf('query'), path).catch(() => undefined);
    if (answer?.status !== 200) return false;
    if (head !== undefined) return true;
    head = Number(answer.headers.get('x-position'));
    return false;
  });
}

/** Resolves once no generation is being built: each switch is an event of the log. */
async function rebuildsAreOver(cluster: Cluster): Promise<void> {
  await until('no rebuild is under way', async () => {
    const projections = await read<Projection[]>(cluster.urlOf('projector'), '/api/projections');
    const states = projections.flatMap(({ generations }) => generations.map(({ state }) => state));
    return !states.includes('building') && !states.includes('ready');
  });
}

async function prove(
  cluster: Cluster,
  load: Load,
  followers: readonly Follower[],
  faults: EpisodeReport['faults'],
): Promise<EpisodeReport> {
  const [first, second] = cluster.of('query').map(({ att }) => att.url) as [string, string];
  const log = await readLog(first);
  const reports = log.filter(({ project }) => project !== null);
  proveGapless(log);
  proveAcknowledgements(reports, load.sent());
  await proveReadModels(first, log);
  await proveReadModels(second, log);
  const { messages, repeated } = await readWholeTopic(cluster.kafka.brokers, cluster.topic, log.length);
  expect(messages.map(({ event, hash }) => ({ ...event, hash }))).toEqual(log.map(published));
  for (const follower of followers) await follower.hasReached(log.length);
  for (const [index, follower] of followers.entries()) {
    proveFrames(follower, log, index === 2 ? NARROW : undefined);
  }
  // None of the faults makes another log of it.
  expect(followers.map(({ resets }) => resets)).toEqual([0, 0, 0]);
  await countsAreShared(cluster, followers.length);
  const verified = await cluster.run(['events', 'verify']);
  expect(verified.stdout).toContain(`The chain holds: ${log.length.toLocaleString('en')} events verified.\n`);
  return {
    faults,
    events: log.length,
    acknowledged: load.acknowledged(),
    answers: load.seen(),
    repeated,
    reconnects: followers.reduce((sum, { connections }) => sum + connections - 1, 0),
  };
}

/** An event of the log as far as a message has it; REST gives the proofs too. */
function published(event: LogEvent): Omit<ProvenEvent, 'salt' | 'data_hash'> {
  const { salt: _, data_hash: __, ...rest } = event as ProvenEvent;
  return rest;
}

/** Each replica of realtime knows the sockets of both. */
async function countsAreShared(cluster: Cluster, sockets: number): Promise<void> {
  for (const { att } of cluster.of('realtime')) {
    await until('both replicas count all sockets', async () => {
      const { body } = await get<{ total_connections: number }>(att.url, '/api/websocket/stats');
      return body.total_connections === sockets;
    });
  }
}
