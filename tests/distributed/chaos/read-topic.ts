import type { TopicMessage } from '@att/platform/event-topic';
import { readTopic, until } from '@att/platform/testing';

export interface WholeTopic {
  /** Messages in position order, each position once: the first that came. */
  messages: TopicMessage[];
  /** Messages that gave a position again. */
  repeated: number;
}

/** The topic up to `head`, once it has all of that. Rebuilds may append events of their own after it. */
export async function readWholeTopic(
  brokers: readonly string[],
  topic: string,
  head: number,
): Promise<WholeTopic> {
  const config = {
    brokers,
    tls: undefined,
    sasl: undefined,
    topic: { name: topic, partitions: 6, replication: undefined, retentionHours: 168 },
  };
  const seen = new Map<number, TopicMessage>();
  let read = 0;
  await until(`the topic has all ${head} events`, async () => {
    seen.clear();
    const upToHead = (await readTopic(config)).filter(({ event }) => event.position <= head);
    read = upToHead.length;
    for (const message of upToHead) {
      if (!seen.has(message.event.position)) seen.set(message.event.position, message);
    }
    return seen.size >= head;
  });
  const messages = [...seen.values()].sort((one, other) => one.event.position - other.event.position);
  return { messages, repeated: read - seen.size };
}
