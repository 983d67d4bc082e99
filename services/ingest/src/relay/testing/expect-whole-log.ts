/** Oracle of the relay: the topic, read as its readers do, gives exactly the log. */
import { messageKey, partitionOf } from '@att/platform/event-topic';
import { expect } from 'vitest';
import type { Placed, RelayedLog } from './relayed-log.js';

/**
 * Reads the whole topic and drops what was seen, by position. Messages of another log are left out first, by epoch where
 * one is given.
 *
 * @returns all messages, with those that were dropped
 */
export async function expectWholeLog(
  made: RelayedLog,
  { after = 0, epoch }: { after?: number; epoch?: string } = {},
): Promise<Placed[]> {
  const messages = await made.topic();
  const log = (await made.log()).filter(({ position }) => position > after);
  const seen = new Map<number, Placed>();
  for (const partition of new Set(messages.map((message) => message.partition))) {
    let last = 0;
    for (const message of messages.filter((message) => message.partition === partition)) {
      if (epoch !== undefined && message.epoch !== epoch) continue;
      const { position } = message.event;
      if (position <= last) continue;
      // A reader that has all before it in this partition may go on; 0 is where the relay knew of none.
      if (message.prev !== 0) expect(message.prev).toBe(last);
      last = position;
      seen.set(position, message);
    }
  }
  const read = [...seen.values()].sort((a, b) => a.event.position - b.event.position);
  expect(read.map(({ event, hash }) => ({ ...event, hash }))).toEqual(
    log.map(({ data_hash: _, ...event }) => event),
  );
  const { partitions } = made.config.topic;
  for (const { event, partition, timestamp, headers } of read) {
    expect(partition).toBe(partitionOf(messageKey(event), partitions));
    expect(timestamp).toBe(Date.parse(event.recorded_at));
    expect(headers).toEqual({ 'content-type': 'application/cloudevents+json' });
  }
  return messages;
}
