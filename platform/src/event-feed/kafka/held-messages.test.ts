import { expect, it } from 'vitest';
import type { TopicMessage } from '../../event-topic/index.js';
import { messageAt } from '../../event-topic/testing/messages.js';
import { HeldMessages } from './held-messages.js';

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Two partitions of a topic, from its beginning. */
function heldOf(): HeldMessages {
  const held = new HeldMessages(0);
  held.setEpoch('e');
  held.open(
    [0, 1].map((partition) => ({ partition, offset: 0, end: 1_000_000 })),
    0,
  );
  return held;
}

const arrive = (held: HeldMessages, partition: number, messages: TopicMessage[]) =>
  held.arrive({ partition, messages, next: 1, end: 1_000_000 });

it('pauses a partition that is 20,000 positions ahead, and resumes it at half', () => {
  const held = heldOf();
  arrive(held, 0, [messageAt(20_001, { prev: 0 })]);
  expect(held.changePauses()).toEqual({ pause: [0], resume: [] });
  expect(held.changePauses()).toEqual({ pause: [], resume: [] });
  held.pass(10_000);
  expect(held.changePauses()).toEqual({ pause: [], resume: [] });
  held.pass(10_001);
  expect(held.changePauses()).toEqual({ pause: [], resume: [0] });
});

it('pauses a partition that holds its share of the bytes, and resumes it at half', () => {
  const held = heldOf();
  const text = 'x'.repeat(1024 * 1024);
  arrive(
    held,
    1,
    range(1, 32).map((position) => messageAt(position, { text })),
  );
  expect(held.changePauses()).toEqual({ pause: [1], resume: [] });
  expect(held.take(15, Number.POSITIVE_INFINITY)?.events).toHaveLength(15);
  expect(held.changePauses()).toEqual({ pause: [], resume: [] });
  held.pass(17);
  expect(held.changePauses()).toEqual({ pause: [], resume: [1] });
});

it('counts no byte of what it handed on, passed over or dropped', () => {
  const held = heldOf();
  arrive(
    held,
    0,
    range(1, 30).map((position) => messageAt(position)),
  );
  held.take(10, Number.POSITIVE_INFINITY);
  held.pass(20);
  expect(held.bytes).toBeGreaterThan(0);
  held.setEpoch('another');
  expect(held.bytes).toBe(0);
  held.pass(30);
  expect(held.bytes).toBe(0);
  arrive(
    held,
    0,
    range(25, 30).map((position) => messageAt(position, { epoch: 'another' })),
  );
  expect(held.bytes).toBe(0);
});

it('ends a batch with the event that reaches its bytes', () => {
  const held = heldOf();
  arrive(
    held,
    0,
    range(1, 5).map((position) => messageAt(position, { text: 'x'.repeat(10) })),
  );
  expect(held.take(100, 20)?.events.map(({ position }) => position)).toEqual([1, 2]);
  expect(held.take(100, 1)).toMatchObject({ hash: 'hash of 3' });
});

it('asks once about an epoch that it does not know, and takes its messages once it is the log’s', () => {
  const held = heldOf();
  expect(arrive(held, 0, [messageAt(1, { epoch: 'new' }), messageAt(2, { epoch: 'new' })])).toEqual(['new']);
  expect(arrive(held, 1, [messageAt(3, { epoch: 'new' })])).toEqual([]);
  expect(held.take(10, 10)).toBeUndefined();
  held.setEpoch('new');
  expect([1, 2, 3, 4].map((position) => held.isLost(position))).toEqual([true, true, true, false]);
  arrive(held, 0, [messageAt(1, { epoch: 'new' })]);
  expect(held.has(1)).toBe(true);
});
