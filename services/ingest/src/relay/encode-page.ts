/** Messages of a page, each with the position before it in its partition. */
import type { HashedEvent } from '@att/platform/event-log';
import { encodeMessage, messageKey, type NewMessage, partitionOf } from '@att/platform/event-topic';
import type { PartitionPlace } from './lease-row.js';

export interface RelayedMessage extends NewMessage {
  position: number;
  /** Hash of the event, lower-case hex. */
  hash: string;
}

/**
 * @param places last message in each partition; events up to it are in the topic already and are left out
 */
export function encodePage(
  events: readonly HashedEvent[],
  epoch: string,
  places: readonly PartitionPlace[],
): RelayedMessage[] {
  const last = places.map(({ position }) => position);
  const messages: RelayedMessage[] = [];
  for (const event of events) {
    const key = messageKey(event);
    const partition = partitionOf(key, places.length);
    const { position, hash, recorded_at: recordedAt } = event;
    const prev = last[partition] as number;
    if (position <= prev) continue;
    last[partition] = position;
    messages.push({
      partition,
      key,
      value: encodeMessage(event, { epoch, prev }),
      recordedAt,
      position,
      hash,
    });
  }
  return messages;
}
