import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { shareBriefly } from './share-briefly.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it('runs once for all calls during the run and shortly after it', async () => {
  let done = 0;
  const ask = shareBriefly(async () => {
    await sleep(10);
    return ++done;
  });
  const asked = Promise.all(Array.from({ length: 1_000 }, () => ask()));
  await vi.advanceTimersByTimeAsync(10);
  expect(new Set(await asked)).toEqual(new Set([1]));
  expect(await ask()).toBe(1);
  await vi.advanceTimersByTimeAsync(300);
  const later = ask();
  await vi.advanceTimersByTimeAsync(10);
  expect(await later).toBe(2);
});

it('runs a small share of the time at most, however often it is called', async () => {
  let working = 0;
  const ask = shareBriefly(async () => {
    await sleep(5);
    working += 5;
  });
  for (let passed = 0; passed < 1_000; passed++) {
    void ask();
    await vi.advanceTimersByTimeAsync(1);
  }
  // A tenth.
  expect(working).toBe(100);
});

it('rejects the calls that waited for a failed run, and runs again for the next', async () => {
  let asked = 0;
  const ask = shareBriefly(async () => {
    if (++asked === 1) throw new Error('away');
    return asked;
  });
  const failed = await Promise.allSettled([ask(), ask()]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await ask()).toBe(2);
});
