/** Oracle of the topic: read as its readers do, it gives exactly the log. */
import type { Pool } from 'pg';
import { expect } from 'vitest';
import type { KafkaConfig } from '../config/index.js';
import { type HashedEvent, PageSize, readHashed } from '../event-log/index.js';
import { messageKey, partitionOf } from '../event-topic/index.js';
import { type PlacedMessage, readTopic } from './read-topic.js';

/**
 * Reads the whole topic and drops what was seen, by position.
 *
 * @param after position before the first event that must be there
 * @param epoch messages of others are left out first; undefined: none is
 * @returns all messages, with those that were dropped
 */
export async function expectTopicHasLog(
  config: KafkaConfig,
  pool: Pool,
  { after = 0, epoch }: { after?: number; epoch?: string } = {},
): Promise<PlacedMessage[]> {
  const messages = await readTopic(config);
  const kept = dropSeen(
    messages.filter((message) => (epoch ?? message.epoch) === message.epoch),
    after,
  );
  const { partitions } = config.topic;
  expect(kept.map(({ event, hash }) => ({ ...event, hash }))).toEqual(
    (await readLog(pool, after)).map(({ data_hash: _, ...event }) => event),
  );
  for (const { event, partition, timestamp, headers } of kept) {
    expect(partition).toBe(partitionOf(messageKey(event), partitions));
    expect(timestamp).toBe(Date.parse(event.recorded_at));
    expect(headers).toEqual({ 'content-type': 'application/cloudevents+json' });
  }
  return messages;
}

/**
 * Messages as a reader takes them: one that does not follow the last of its partition shows a gap, and is not taken. `prev`
 * is 0 where the relay knew of none.
 */
function dropSeen(messages: readonly PlacedMessage[], after: number): PlacedMessage[] {
  const last = new Map<number, number>();
  const kept: PlacedMessage[] = [];
  for (const message of messages) {
    const { partition, prev, event } = message;
    const before = last.get(partition);
    const follows = before === undefined ? prev <= after : prev === before;
    if (event.position <= (before ?? 0) || !(follows || prev === 0)) continue;
    last.set(partition, event.position);
    kept.push(message);
  }
  return kept.sort((a, b) => a.event.position - b.event.position);
}

async function readLog(pool: Pool, after: number): Promise<HashedEvent[]> {
  const events: HashedEvent[] = [];
  for (;;) {
    const last = events.at(-1)?.position ?? after;
    const page = await readHashed(pool, last, new PageSize(1_000, 2 ** 24));
    if (page.events.length === 0) return events;
    events.push(...page.events);
  }
}
