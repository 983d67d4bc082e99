/** Places that a sender has written down, with brokers and a lease that only take notes. */
import type { TopicWriter } from '@att/platform/event-topic';
import { newMessage } from '@att/platform/event-topic';
import { expect, it } from 'vitest';
import type { Lease } from './lease.js';
import { Sender } from './sender.js';

const EPOCH = '0198a000-0000-4000-8000-000000000002';

it('writes down where it begins before it sends, and each send after the brokers have it', async () => {
  const notes: string[] = [];
  const lease: Lease = {
    progress: undefined,
    lost: new AbortController().signal,
    isHeld: () => true,
    report: ({ topic, position, hash }) => void notes.push(`${topic} up to ${position} (${hash})`),
    release: async () => {},
  };
  const writer: TopicWriter = {
    async write(messages) {
      notes.push(`send of ${messages.length}`);
      return new Map([[0, 0]]);
    },
    close: async () => {},
  };
  const topic = {
    cluster: 'cluster',
    name: 'made-again',
    partitions: 1,
    retention: undefined,
    advice: [],
  };
  const start = { topic, epoch: EPOCH, position: 40, partitions: [{ position: 0, offset: -1 }] };
  const sender = new Sender(writer, lease, start, new AbortController().signal);
  await sender.send({
    messages: [41, 42].map((position) => newMessage(0, undefined, Buffer.from(`${position}`), '0')),
    positions: [41, 42],
    hashes: ['hash of 41', 'hash of 42'],
    hashBefore: 'hash of 40',
    position: 42,
    hash: 'hash of 42',
    epoch: EPOCH,
  });
  expect(notes).toEqual([
    'cluster/made-again up to 40 (hash of 40)',
    'send of 2',
    'cluster/made-again up to 42 (hash of 42)',
    'cluster/made-again up to 42 (hash of 42)',
  ]);
});
