import { createTestAppender, createTestDatabase, newEvent, type TestDatabase } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Reader } from '../database/reader.js';
import { selectEvents } from './select-events.js';

const MIB = 1024 * 1024;

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

async function givenLargeEvents(count: number): Promise<void> {
  const { connectionString } = database;
  const appender = createTestAppender(connectionString);
  const payload = { result: 'all work and no play '.repeat(MIB / 21) };
  await appender.append(Array.from({ length: count }, (_, n) => newEvent({ taskId: `task-${n}`, payload })));
  await appender.close();
}

describe('a page of large events', () => {
  it('ends before its limit, and the next one goes on behind it', async () => {
    await givenLargeEvents(20);
    const reader = new Reader(database.pool('att_reader'), () => Promise.resolve());
    const read = (after: number) =>
      selectEvents(reader, {
        range: { after, until: undefined },
        filter: {},
        limit: 1_000,
        offset: 0,
        isBackwards: false,
        index: undefined,
      });
    const first = await read(0);
    const next = await read(first.events.at(-1)?.position ?? 0);
    const positions = [first, next].map(({ events }) => events.map(({ position }) => position));
    // Each is a few bytes over one MiB, so the sixteenth reaches the bound.
    expect(positions[0]?.length).toBe(16);
    expect(positions.flat()).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect([first.head, next.head]).toEqual([20, 20]);
    expect([first.matched, next.matched]).toEqual([20, 4]);
  });
});
