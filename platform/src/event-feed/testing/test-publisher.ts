/** Publishes a log to a topic as the relay does, and spoils what it publishes where a test says so. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka, Producer } from 'kafkajs';
import type { Pool } from 'pg';
import { GENESIS_HASH, type ProvenEvent, recogniseLog } from '../../event-log/index.js';
import { readProven } from '../../event-log/read-proven.js';
import { CONTENT_TYPE, encodeMessage, messageKey, partitionOf } from '../../event-topic/index.js';
import { readLogState } from '../kafka/read-log-state.js';

/** A message on its way to the topic. */
export interface Outgoing {
  position: number;
  partition: number;
  key: string | null;
  value: Buffer;
  timestamp: string;
}

export interface TestPublisher {
  /** Changes what is sent; drops, doubles and reorders included. */
  alter: (messages: Outgoing[]) => Outgoing[];
  /** Publishes what is new, again and again, until `stop`. */
  follow(): void;
  /** Publishes up to the head of the log, and resolves when that is in the topic. */
  publish(): Promise<void>;
  send(messages: readonly Outgoing[]): Promise<void>;
  stop(): Promise<void>;
}

export interface TestPublisherOptions {
  /** Pool of a user who may give the log a new epoch. */
  pool: Pool;
  kafka: Kafka;
  topic: string;
  partitions: number;
  /** Places the message elsewhere than its key says. */
  partitionFor?: (event: ProvenEvent) => number;
}

const PAGE = { limit: 1_000, maxBytes: 8 * 1024 * 1024 };

export async function createTestPublisher(options: TestPublisherOptions): Promise<TestPublisher> {
  const { pool, kafka, topic, partitions } = options;
  const producer: Producer = kafka.producer({ maxInFlightRequests: 1, allowAutoTopicCreation: false });
  await producer.connect();
  const hashes = [GENESIS_HASH];
  const lastOf = new Map<number, number>();
  let epoch: string | undefined;
  let isStopped = false;
  let following = Promise.resolve();
  let publishing = Promise.resolve();

  const place = (event: ProvenEvent) =>
    options.partitionFor?.(event) ?? partitionOf(messageKey(event), partitions);

  function outgoing(event: ProvenEvent, of: string): Outgoing {
    const partition = place(event);
    const value = encodeMessage(event, { epoch: of, prev: lastOf.get(partition) ?? 0 });
    lastOf.set(partition, event.position);
    const timestamp = String(Date.parse(event.recorded_at));
    return { position: event.position, partition, key: messageKey(event) ?? null, value, timestamp };
  }

  async function send(messages: readonly Outgoing[]): Promise<void> {
    for (const message of cutSends(messages)) {
      await producer.send({
        topic,
        acks: -1,
        messages: message.map(({ partition, key, value, timestamp }) => ({
          partition,
          key,
          value,
          timestamp,
          headers: { 'content-type': CONTENT_TYPE },
        })),
      });
    }
  }

  /** Goes back to where the log forked, if it did. */
  async function recognise(): Promise<number> {
    for (;;) {
      const position = hashes.length - 1;
      const state = await readLogState(pool, position, position);
      if (state.hashes[0] === hashes[position]) {
        epoch = state.epoch;
        return state.head;
      }
      if (epoch !== undefined) {
        await recogniseLog(pool, { position, hash: hashes[position] as string, epoch });
      }
      hashes.pop();
    }
  }

  async function publishAll(): Promise<void> {
    for (;;) {
      const head = await recognise();
      const after = hashes.length - 1;
      if (after >= head) return;
      const events = await readProven(pool, after, head, PAGE);
      const before = [...lastOf];
      const messages = events.map((event) => outgoing(event, epoch as string));
      try {
        await send(publisher.alter(messages));
      } catch (error) {
        lastOf.clear();
        for (const [partition, position] of before) lastOf.set(partition, position);
        throw error;
      }
      for (const { hash } of events) hashes.push(hash);
    }
  }

  const publisher: TestPublisher = {
    alter: (messages) => messages,
    follow() {
      following = (async () => {
        while (!isStopped) {
          await publisher.publish().catch(() => {});
          await sleep(3);
        }
      })();
    },
    async publish() {
      // One that failed keeps no later one from trying again.
      publishing = publishing.catch(() => {}).then(publishAll);
      await publishing;
    },
    send,
    async stop() {
      isStopped = true;
      await following;
      await producer.disconnect();
    },
  };
  return publisher;
}

/** Sends of about half a MiB: a send makes one batch of each partition, which the topic bounds. */
function cutSends(messages: readonly Outgoing[]): Outgoing[][] {
  const sends: Outgoing[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    if (bytes > 512 * 1024) {
      sends.push([]);
      bytes = 0;
    }
    sends.at(-1)?.push(message);
    bytes += message.value.length;
  }
  return sends;
}
