/** Suite that every adapter of the event feed passes. An adapter's test only says how to make one. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogChangedError } from '../event-log/index.js';
import { printedSeed, startStopwatch, WAIT_LIMIT } from '../testing/index.js';
import { withTimeLimit } from '../time/index.js';
import type { EventBatch, ReadOptions } from './event-feed.js';
import type { FeedUnderTest } from './testing/feed-under-test.js';

export function describeEventFeed(name: string, make: () => Promise<FeedUnderTest>): void {
  describe(`event feed: ${name}`, () => {
    let made: FeedUnderTest;
    let stopping: AbortController;

    beforeEach(async () => {
      made = await make();
      stopping = new AbortController();
    });

    afterEach(async () => {
      stopping.abort();
      await made.close();
    });

    const read = (options: Partial<ReadOptions> = {}) =>
      made.feed.read({ after: 0, batchSize: 100, signal: stopping.signal, ...options });

    it('can be closed the moment it was made', async () => {
      await within(5_000, made.feed.close());
    });

    it('gives every event after any checkpoint once and in order, in batches of any size', async () => {
      const head = 120;
      await made.append(head);
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: head - 1 }),
          fc.integer({ min: 1, max: head + 10 }),
          async (after, batchSize) => {
            const batches = await batchesUntil(read({ after, batchSize }), head);
            expect(positionsOf(batches)).toEqual(range(after + 1, head));
            for (const batch of batches) {
              expect(batch.events.length).toBeGreaterThan(0);
              expect(batch.events.length).toBeLessThanOrEqual(batchSize);
              expect(batch.position).toBe(batch.events.at(-1)?.position);
            }
          },
        ),
        { seed: printedSeed(`event feed: ${name}`), numRuns: 20 },
      );
    });

    it('bounds batches by their bytes too, among small events and large ones', async () => {
      await made.append(70);
      await made.appendLarge(60, MIB);
      await made.append(70);
      const batches = await batchesUntil(read({ batchSize: 1_000, maxBytes: 4 * MIB }), 200);
      expect(positionsOf(batches)).toEqual(range(1, 200));
      for (const { events } of batches) {
        const before = events.slice(0, -1).map((event) => event.data_text?.length ?? 0);
        expect(before.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(4 * MIB);
      }
      // A batch that was cut for its bytes or its count does not count as the live end; the last batch does.
      expect(batches.map(({ isFull }) => isFull)).toEqual(batches.map((batch) => batch !== batches.at(-1)));
    });

    it('gives events larger than a whole batch may be, one by one, to the live end and on', async () => {
      await made.appendLarge(3, 64 * 1024);
      const reading = batchesUntil(read({ maxBytes: 1 }), 4);
      await sleep(50);
      await made.append(1);
      expect((await reading).map(({ position }) => position)).toEqual([1, 2, 3, 4]);
    });

    it('gives events as the log has them', async () => {
      await made.append(1);
      const [event] = (await batchesUntil(read(), 1)).flatMap((batch) => batch.events);
      expect(event).toEqual({
        position: 1,
        event_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        type: 'task.started',
        project: 'project',
        task_id: 'task-1',
        agent: 'agent',
        occurred_at: '2026-01-31T12:00:00.000Z',
        recorded_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        actor: 'tester',
        data_text: '{"task":"Task 1", "n": 1.0}',
      });
    });

    it('names with each batch the log that it is of, and the hash that its reader has to remember', async () => {
      await made.append(30);
      const batches = await batchesUntil(read({ batchSize: 7 }), 30);
      const hashes = await made.hashes();
      expect(batches.map(({ hash }) => hash)).toEqual(batches.map(({ position }) => hashes[position]));
      const expected = { hash: hashes[12] as string };
      const [, later] = await batchesUntil(read({ after: 12, expected, batchSize: 9 }), 30);
      expect(later).toMatchObject({ position: 30, hash: hashes[30], epoch: batches[0]?.epoch });
    });

    it('goes on over a new epoch of the same log, and names it', async () => {
      await made.append(5);
      const reader = read();
      const before = (await reader.next()).value?.epoch;
      const epoch = await made.renewEpoch();
      expect(epoch).not.toBe(before);
      const next = reader.next();
      await sleep(50);
      await made.append(1);
      expect((await within(5_000, next)).value).toMatchObject({ position: 6, epoch });
    });

    it('refuses to begin where the log has another event than its reader remembers', async () => {
      await made.append(10);
      const expected = { hash: (await made.hashes())[8] as string };
      await made.replaceLast(3, 20);
      const refused = read({ after: 8, expected }).next();
      await expect(within(5_000, refused)).rejects.toMatchObject({
        code: 'log_changed',
        position: 8,
        head: 27,
      });
      // Events before the fork are of both logs.
      expect(positionsOf(await batchesUntil(read({ after: 7 }), 27))).toEqual(range(8, 27));
    });

    it('refuses to begin behind the end of the log', async () => {
      await made.append(3);
      await expect(within(5_000, read({ after: 4 }).next())).rejects.toThrow(LogChangedError);
    });

    it.each([
      ['shorter', 1],
      ['as long', 3],
      ['longer', 5],
    ])('notices another log at the live end, where nothing comes: one that is %s', async (_, others) => {
      await made.append(10);
      const reader = read();
      const first = await reader.next();
      const next = reader.next();
      // The change may be noticed before the other events are there.
      next.catch(() => {});
      await sleep(50);
      await made.replaceLast(3, others);
      await expect(within(5_000, next)).rejects.toMatchObject({ code: 'log_changed', position: 10 });
      // Positions mean something else now, so the epoch is another one.
      const before = first.value?.epoch;
      const [again] = await batchesUntil(read(), 7);
      expect(again?.epoch).not.toBe(before);
    });

    it('notices another log between two batches', async () => {
      await made.append(20);
      const reader = read({ batchSize: 5 });
      await reader.next();
      await made.replaceLast(16, 40);
      await expect(within(5_000, drained(reader))).rejects.toThrow(LogChangedError);
    });

    it('goes on live: what is committed while a reader waits, it gets', async () => {
      await made.append(3);
      const reading = batchesUntil(read(), 30);
      for (let i = 0; i < 9; i++) {
        await sleep(i * 5);
        await made.append(3);
      }
      expect(positionsOf(await reading)).toEqual(range(1, 30));
    });

    it('misses nothing that is committed at the very moment in which it begins to wait', async () => {
      const reading = batchesUntil(read({ batchSize: 7 }), 200);
      for (let i = 0; i < 40; i++) await made.append(5);
      expect(positionsOf(await reading)).toEqual(range(1, 200));
    });

    it('serves several readers at once, each from its own checkpoint', async () => {
      await made.append(50);
      const readings = [0, 10, 49, 50].map((after) => batchesUntil(read({ after, batchSize: 8 }), 80));
      await made.append(30);
      const read80 = (await Promise.all(readings)).map(positionsOf);
      expect(read80).toEqual([range(1, 80), range(11, 80), range(50, 80), range(51, 80)]);
    });

    it('waits at the live end, and ends when it is aborted there', async () => {
      const reader = read();
      const next = reader.next();
      await sleep(50);
      stopping.abort();
      expect(await within(2_000, next)).toEqual({ done: true, value: undefined });
    });

    it('ends when it is aborted between two batches', async () => {
      await made.append(20);
      const reader = read({ batchSize: 5 });
      expect((await reader.next()).done).toBe(false);
      stopping.abort();
      expect((await within(2_000, reader.next())).done).toBe(true);
    });

    it('lets a reader leave in the middle, and others read on', async () => {
      await made.append(20);
      for await (const batch of read({ batchSize: 5 })) {
        expect(batch.position).toBe(5);
        break;
      }
      expect(positionsOf(await batchesUntil(read(), 20))).toEqual(range(1, 20));
    });

    it('survives the loss of its connections, again and again, without a gap or a double', async () => {
      const reading = batchesUntil(read({ batchSize: 10 }), 100);
      for (let i = 0; i < 10; i++) {
        await made.append(10);
        if (i % 3 === 0) await made.interrupt();
        await sleep(20);
      }
      expect(positionsOf(await within(20_000, reading))).toEqual(range(1, 100));
    });

    it('is woken, or wakes by itself, after it lost its connections while it waited', async () => {
      await made.append(1);
      const reading = batchesUntil(read(), 2);
      await sleep(100);
      await made.interrupt();
      await made.append(1);
      expect(positionsOf(await within(10_000, reading))).toEqual([1, 2]);
    });

    it('gathers what comes shortly after another when it may linger', async () => {
      const linger = 300;
      const reading = batchesUntil(read({ linger }), 10);
      await sleep(100);
      const startedAt = performance.now();
      for (let i = 0; i < 10; i++) await made.append(1);
      const batches = await reading;
      expect(positionsOf(batches)).toEqual(range(1, 10));
      // Appends that a busy machine spreads over some time are gathered in as many pieces as that has lingers.
      expect(batches.length).toBeLessThanOrEqual(3 + (performance.now() - startedAt) / linger);
    });
  });
}

const MIB = 1024 * 1024;

async function batchesUntil(reader: AsyncGenerator<EventBatch>, position: number): Promise<EventBatch[]> {
  const batches: EventBatch[] = [];
  for await (const batch of reader) {
    batches.push(batch);
    if (batch.position >= position) break;
  }
  return batches;
}

async function drained(reader: AsyncGenerator<EventBatch>): Promise<void> {
  for await (const _ of reader);
}

const positionsOf = (batches: readonly EventBatch[]) =>
  batches.flatMap((batch) => batch.events.map((event) => event.position));

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Work that must be over, well or ill, within milliseconds of a stopwatch. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const stop = startStopwatch();
  try {
    return await withTimeLimit(WAIT_LIMIT, work, () => {
      throw new Error(`nothing came within ${WAIT_LIMIT} ms`);
    });
  } finally {
    expect(stop()).toBeLessThan(milliseconds);
  }
}
