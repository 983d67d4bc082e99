import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { shareBriefly } from './share-briefly.js';

it('runs once for all calls during the run and shortly after it', async () => {
  let done = 0;
  const ask = shareBriefly(async () => {
    await sleep(10);
    return ++done;
  });
  expect(new Set(await Promise.all(Array.from({ length: 1_000 }, () => ask())))).toEqual(new Set([1]));
  expect(await ask()).toBe(1);
  await sleep(300);
  expect(await ask()).toBe(2);
});

it('runs a small share of the time at most, however often it is called', async () => {
  let working = 0;
  const ask = shareBriefly(async () => {
    const startedAt = performance.now();
    await sleep(5);
    working += performance.now() - startedAt;
  });
  const startedAt = performance.now();
  while (performance.now() - startedAt < 1_000) {
    await ask();
    await sleep(0);
  }
  expect(working).toBeLessThan((performance.now() - startedAt) * 0.25);
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
