import pino from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Availability } from './availability.js';

let lines: string[];
let redis: Availability;

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line).msg) });
  redis = new Availability('cache:6379', log);
});
afterEach(() => {
  redis.close();
  vi.useRealTimers();
});

const away = (reason: string) => expect.stringContaining(`cannot be used (${reason})`);

it('says nothing of a start that goes well', () => {
  redis.up();
  redis.write();
  vi.advanceTimersByTime(100_000);
  expect(lines).toEqual([]);
});

it('has one line for an outage, however often it is tried, and one for its end', () => {
  redis.up();
  redis.write();
  vi.advanceTimersByTime(20_000);
  for (let i = 0; i < 1_000; i++) {
    redis.down('connect ECONNREFUSED');
    vi.advanceTimersByTime(2_000);
  }
  expect(lines).toEqual([away('connect ECONNREFUSED')]);
  redis.up();
  vi.advanceTimersByTime(1_000);
  expect(lines).toEqual([away('connect ECONNREFUSED'), 'Redis at cache:6379 can be used again']);
});

it('says nothing of a blip', () => {
  redis.up();
  redis.write();
  vi.advanceTimersByTime(20_000);
  redis.down('the connection was lost');
  vi.advanceTimersByTime(200);
  redis.up();
  vi.advanceTimersByTime(100_000);
  expect(lines).toEqual([]);
});

it('says once a minute at most that it is away for another reason', () => {
  redis.write();
  for (let i = 0; i < 120; i++) {
    redis.down(`reason ${i}`);
    vi.advanceTimersByTime(1_000);
  }
  expect(lines.length).toBeGreaterThanOrEqual(2);
  expect(lines.length).toBeLessThanOrEqual(3);
});

it('is no flood where it comes and goes all the time', () => {
  redis.write();
  for (let i = 0; i < 600; i++) {
    if (i % 2) redis.up();
    else redis.down('OOM');
    vi.advanceTimersByTime(1_500);
  }
  // A quarter of an hour.
  expect(lines.length).toBeLessThanOrEqual(91);
  expect(lines.length).toBeGreaterThan(10);
});
