/** The relay: publishes the log to the topic, in one of all ingest processes, for as long as it runs. */
import { ConfigError, type KafkaConfig } from '@att/platform/config';
import { createWakeUps } from '@att/platform/event-feed';
import { openTopicWriter, type TopicWriter } from '@att/platform/event-topic';
import { createKafka, disconnectInTime } from '@att/platform/kafka';
import type { CheckDetail, ReadinessCheck, ServiceContext } from '@att/platform/service';
import { oncePer, pause, withTimeLimit } from '@att/platform/time';
import { abortable } from './abortable.js';
import { type Lease, standBy } from './lease.js';
import { readRelayLag } from './log-queries.js';
import { openTenure } from './open-tenure.js';
import { publish } from './publish.js';
import { createRelayMetrics } from './relay-metrics.js';
import type { RelayOptions } from './relay-options.js';
import { Sender } from './sender.js';
import { watchTopic } from './watch-topic.js';

export interface Relay {
  check: ReadinessCheck;
  stop(): Promise<void>;
}

/** Milliseconds until publishing is tried again after it failed, here or in another process. */
const RETRY_DELAY = 500;
/** Milliseconds between two lines of the log about one reason. */
const REPEAT = 60_000;
/** Milliseconds without an answer from the database. */
const SILENCE = 5_000;
/** Seconds behind the log that are more than a busy moment. */
const LATE = 10;
/** Milliseconds after which a failure is forgotten in a process that stands by: another one publishes since. */
const FORGET = 15_000;
/** Milliseconds to find out where publishing goes on. */
const OPEN_LIMIT = 30_000;

export function startRelay({ log, metrics, database }: ServiceContext, config: KafkaConfig): Relay {
  const pool = database.pool('att_ingest', { max: 3, name: 'relay', timeouts: { silence: SILENCE } });
  const { connectionString } = database;
  const options: RelayOptions = {
    config,
    // A failure ends the tenure soon, and another process may try.
    kafka: createKafka({ config, name: 'att-relay', log, retries: 2 }),
    pool,
    wakeUps: createWakeUps({ connectionString, role: database.role('att_ingest'), name: 'relay', log }),
    log,
    metrics: createRelayMetrics(metrics, () => readRelayLag(pool, config.topic.name)),
  };
  const stopping = new AbortController();
  const state: State = { failure: undefined, failedAt: 0, isActive: false };
  const running = run(options, state, stopping.signal);
  let stopped: Promise<void> | undefined;
  return {
    check: { name: 'event topic', check: () => describe(options, state) },
    stop() {
      stopping.abort();
      stopped ??= running.then(async () => {
        await Promise.all([options.wakeUps.close(), pool.end()]);
      });
      return stopped;
    },
  };
}

interface State {
  isActive: boolean;
  /** Error that publishing ended with; undefined while it goes on, or another process does it. */
  failure: unknown;
  failedAt: number;
}

async function run(options: RelayOptions, state: State, signal: AbortSignal): Promise<void> {
  const { pool, log, metrics } = options;
  const isDue = oncePer(REPEAT);
  while (!signal.aborted) {
    const lease = await standBy(pool, log, signal);
    if (lease === undefined) return;
    state.isActive = true;
    metrics.active.set(1);
    try {
      await serve(options, state, lease, AbortSignal.any([signal, lease.lost]));
    } catch (error) {
      if (signal.aborted || lease.lost.aborted) continue;
      Object.assign(state, { failure: error, failedAt: performance.now() });
      metrics.failures.inc();
      const reason = (error as Error).message;
      if (isDue(reason)) log.warn({ reason }, 'the log cannot be published: trying again');
    } finally {
      state.isActive = false;
      metrics.active.set(0);
      await lease.release();
    }
    await pause(RETRY_DELAY, signal);
  }
}

/** Publishes for one tenure of the lease. Every failure ends it: the next one compares topic and log anew. */
async function serve(options: RelayOptions, state: State, lease: Lease, signal: AbortSignal): Promise<void> {
  const { kafka, wakeUps } = options;
  const admin = kafka.admin();
  const over = new AbortController();
  let writer: TopicWriter | undefined;
  const open = async () => {
    const start = await openTenure(options, admin, lease);
    writer = await openTopicWriter(kafka, start.topic.name);
    // Opened too late, it would be closed by nobody else.
    if (over.signal.aborted) await writer.close();
    return { start, writer };
  };
  wakeUps.join();
  try {
    const opened = await abortable(withTimeLimit(OPEN_LIMIT, open(), tooLate), signal);
    state.failure = undefined;
    const { start } = opened;
    const ending = AbortSignal.any([signal, over.signal]);
    const sender = new Sender(opened.writer, lease, start, ending);
    await Promise.race([
      publish(options, sender, start, ending),
      watchTopic(admin, start.topic.name, () => sender.partitions, ending),
    ]);
  } finally {
    over.abort();
    wakeUps.leave();
    await Promise.all([writer?.close(), disconnectInTime(admin)]);
  }
}

function tooLate(): never {
  throw new Error(`the brokers did not answer within ${OPEN_LIMIT} ms`);
}

/** Never unready: reports are taken whatever becomes of the topic. */
async function describe({ pool, config }: RelayOptions, state: State): Promise<CheckDetail> {
  const { isActive, failedAt } = state;
  const isOld = !isActive && performance.now() > failedAt + FORGET;
  const failure = isOld ? undefined : state.failure;
  const { position, events, seconds } = await readRelayLag(pool, config.topic.name);
  if (failure === undefined && seconds < LATE) {
    return isActive
      ? `has the log up to position ${position}`
      : `another process publishes, up to ${position}`;
  }
  return {
    degraded: `the topic lacks ${events} events, the oldest is ${Math.round(seconds)} s old: ${reasonOf(failure)}`,
  };
}

function reasonOf(failure: unknown): string {
  if (failure === undefined) return 'publishing is slow';
  return failure instanceof ConfigError ? failure.message : 'publishing fails, see the log of the process';
}
