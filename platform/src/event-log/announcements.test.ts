import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createTestAppender,
  createTestDatabase,
  newEvent,
  startStopwatch,
  type TestDatabase,
  WAIT_LIMIT,
} from '../testing/index.js';
import { Announcements } from './announcements.js';
import type { Appender } from './appender.js';
import { LOG_CHANNEL } from './insert-batch.js';

describe('announcements', () => {
  const announced: number[] = [];
  let announcements: Announcements;
  beforeEach(() => {
    vi.useFakeTimers();
    announced.length = 0;
    announcements = new Announcements(async (position) => void announced.push(position));
  });
  afterEach(() => void vi.useRealTimers());

  it('go with every small batch', () => {
    for (let position = 1; position <= 10; position++) expect(announcements.isDue(1, position)).toBe(true);
    vi.advanceTimersByTime(1_000);
    expect(announced).toEqual([]);
  });

  it('go with one batch in 20 ms under load', () => {
    const own = Array.from({ length: 21 }, (_, n) => {
      const isWith = announcements.isDue(50, n);
      vi.advanceTimersByTime(5);
      return isWith;
    });
    expect(own.filter(Boolean).length + announced.length).toBeGreaterThanOrEqual(5);
    expect(own.filter(Boolean).length + announced.length).toBeLessThanOrEqual(6);
  });

  it('come by themselves when no batch follows', () => {
    expect(announcements.isDue(50, 50)).toBe(true);
    expect(announcements.isDue(50, 100)).toBe(false);
    vi.advanceTimersByTime(10);
    expect(announcements.isDue(50, 150)).toBe(false);
    expect(announced).toEqual([]);
    vi.advanceTimersByTime(10);
    expect(announced).toEqual([150]);
    vi.advanceTimersByTime(1_000);
    expect(announced).toEqual([150]);
  });

  it('are not repeated when a later batch has announced them', () => {
    announcements.isDue(50, 50);
    expect(announcements.isDue(50, 100)).toBe(false);
    expect(announcements.isDue(1, 101)).toBe(true);
    vi.advanceTimersByTime(1_000);
    expect(announced).toEqual([]);
  });

  it('that are still due are sent at the end', async () => {
    announcements.isDue(50, 50);
    announcements.isDue(50, 100);
    await announcements.flush();
    await announcements.flush();
    expect(announced).toEqual([100]);
  });
});

describe('appends under load', () => {
  let database: TestDatabase;
  let listener: pg.Client;
  let log: Appender;
  const heard: number[] = [];
  beforeEach(async () => {
    heard.length = 0;
    database = await createTestDatabase();
    listener = new pg.Client(database.connectionString);
    await listener.connect();
    listener.on('notification', ({ payload }) => heard.push(Number(payload)));
    await listener.query(`LISTEN ${LOG_CHANNEL}`);
    log = createTestAppender(database.connectionString);
  });
  afterEach(async () => {
    await log.close();
    await listener.end();
    await database.drop();
  });

  /** Waits until this holds, for 900 ms of a stopwatch. */
  async function soon(holds: () => void): Promise<void> {
    const stop = startStopwatch();
    await vi.waitFor(holds, { timeout: WAIT_LIMIT, interval: 5 });
    expect(stop()).toBeLessThan(900);
  }

  const batch = () => Array.from({ length: 20 }, () => newEvent());

  it('are announced a few at a time, and the last of them soon', async () => {
    const startedAt = performance.now();
    for (let n = 0; n < 50; n++) await log.append(batch());
    await soon(() => expect(heard.at(-1)).toBe(1_000));
    // One every 20 ms, however many of them a busy machine takes for the appends.
    expect(heard.length).toBeLessThan(5 + (performance.now() - startedAt) / 20);
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
  });

  it('are announced before the log is closed', async () => {
    await log.append(batch());
    await log.append(batch());
    await log.close();
    await soon(() => expect(heard.at(-1)).toBe(40));
  });

  it('of single events are announced one by one', async () => {
    for (let n = 1; n <= 5; n++) await log.append([newEvent()]);
    await soon(() => expect(heard).toEqual([1, 2, 3, 4, 5]));
  });
});
