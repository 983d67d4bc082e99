/** Kafka and Redis that all distributed tests share. CONTRIBUTING.md has the order in which they are looked for. */
import { startKafka, startRedis } from '@att/platform/testing';
import type { TestProject } from 'vitest/node';
import { kafkaFailure, redisFailure } from './bring-servers.js';
import { dockerHost, startRedisContainer, startRedpanda } from './docker-servers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Kafka of the run; undefined where none could be had. */
    kafka: { brokers: readonly string[] } | undefined;
    /** Redis of the run; undefined where none could be had. */
    redis: { url: string } | undefined;
    /** Whether `startKafka` and `startRedis` work here, for tests that kill servers. */
    ownServers: { kafka: boolean; redis: boolean };
  }
}

interface Found<Value> {
  value: Value;
  /** Kind of server, for the summary. */
  kind: string;
  stop(): Promise<void>;
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const failures = { kafka: kafkaFailure(), redis: redisFailure() };
  const host = await dockerHost();
  const [kafka, redis] = await Promise.all([
    findKafka(host, failures.kafka),
    findRedis(host, failures.redis),
  ]);
  report('Kafka', kafka, failures.kafka);
  report('Redis', redis, failures.redis);
  project.provide('kafka', kafka?.value);
  project.provide('redis', redis?.value);
  project.provide('ownServers', {
    kafka: failures.kafka === undefined,
    redis: failures.redis === undefined,
  });
  return async () => {
    await Promise.all([kafka?.stop(), redis?.stop()]);
  };
}

async function findKafka(host: string | undefined, failure: string | undefined) {
  const given = process.env.TEST_KAFKA_BROKERS;
  if (given !== undefined && given !== '')
    return found({ brokers: given.split(',') }, 'TEST_KAFKA_BROKERS', nothingToStop);
  const redpanda = host === undefined ? undefined : await startRedpanda(host).catch(warnOf);
  if (redpanda !== undefined) {
    return found({ brokers: [redpanda.address] }, 'Redpanda in Docker', redpanda.stop);
  }
  if (failure !== undefined) return undefined;
  const server = await startKafka();
  return found({ brokers: server.brokers }, 'Apache Kafka from Maven', server.stop);
}

async function findRedis(host: string | undefined, failure: string | undefined) {
  const given = process.env.TEST_REDIS_URL;
  if (given !== undefined && given !== '') return found({ url: given }, 'TEST_REDIS_URL', nothingToStop);
  const redis = host === undefined ? undefined : await startRedisContainer(host).catch(warnOf);
  if (redis !== undefined) {
    return found({ url: `redis://${redis.address}` }, 'Docker', redis.stop);
  }
  if (failure !== undefined) return undefined;
  const server = await startRedis();
  return found({ url: server.url }, 'redis-server', server.stop);
}

function found<Value>(value: Value, kind: string, stop: () => Promise<void>): Found<Value> {
  return { value, kind, stop };
}

/** An engine without a network, say, cannot bring its images. */
function warnOf(error: unknown): undefined {
  console.warn(`Docker started no container: ${error instanceof Error ? error.message : error}`);
}

const nothingToStop = async () => {};

function report(name: string, server: Found<unknown> | undefined, failure: string | undefined): void {
  if (server !== undefined) console.log(`${name} for tests: ${server.kind}`);
  if (failure === undefined) return;
  const tests = server === undefined ? `that need ${name}` : `that kill a ${name} of their own`;
  console.warn(`LEFT OUT: tests ${tests}: ${failure}`);
}
