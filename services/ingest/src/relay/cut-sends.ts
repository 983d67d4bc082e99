/** Cut of a page into sends: pure. */

/** Bytes of one partition in a send: it becomes one record batch, and the topic bounds that. */
const MAX_PARTITION_BYTES = 128 * 1024;
/** Messages of a send: encoding more would keep the event loop from webhooks for too long. */
const MAX_MESSAGES = 1_000;

export interface Sized {
  partition: number;
  value: { length: number };
}

/**
 * Cuts messages into sends, in order. A message larger than a send may be is alone in its partition.
 *
 * @returns the index after the last message of each send
 */
export function cutSends(messages: readonly Sized[]): number[] {
  const ends: number[] = [];
  let bytes = new Map<number, number>();
  let start = 0;
  for (const [index, { partition, value }] of messages.entries()) {
    const before = bytes.get(partition) ?? 0;
    const isFull = before > 0 && before + value.length > MAX_PARTITION_BYTES;
    if (isFull || index - start >= MAX_MESSAGES) {
      ends.push(index);
      start = index;
      bytes = new Map();
    }
    bytes.set(partition, (bytes.get(partition) ?? 0) + value.length);
  }
  if (messages.length > start) ends.push(messages.length);
  return ends;
}
