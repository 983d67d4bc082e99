import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createLanes } from './lanes.js';

/** A job that a test ends. */
function job() {
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let hasBegun = false;
  const run = () => {
    hasBegun = true;
    return ended;
  };
  return { run, end, hasBegun: () => hasBegun };
}

describe('lanes', () => {
  it('run jobs of one lane in their order, and others beside them', async () => {
    const lanes = createLanes(8);
    const [first, second, other] = [job(), job(), job()];
    await lanes.take('a', first.run);
    await lanes.take('a', second.run);
    await lanes.take('b', other.run);
    await sleep(0);
    expect([first, second, other].map(({ hasBegun }) => hasBegun())).toEqual([true, false, true]);
    first.end();
    await sleep(0);
    expect(second.hasBegun()).toBe(true);
    second.end();
    other.end();
    await lanes.empty();
  });

  it('take no more jobs than their capacity', async () => {
    const lanes = createLanes(2);
    const [first, second, third] = [job(), job(), job()];
    await lanes.take('a', first.run);
    await lanes.take('b', second.run);
    const taken = lanes.take('c', third.run).then(() => true);
    expect(await Promise.race([taken, sleep(20, false)])).toBe(false);
    second.end();
    expect(await taken).toBe(true);
    first.end();
    third.end();
    await lanes.empty();
  });

  it('stop once a job has failed, and throw its error', async () => {
    const lanes = createLanes(8);
    const later = job();
    await lanes.take('a', () => Promise.reject(new Error('no')));
    await lanes.take('a', later.run);
    await expect(lanes.empty()).rejects.toThrow('no');
    await expect(lanes.take('b', later.run)).rejects.toThrow('no');
    expect(later.hasBegun()).toBe(false);
  });
});
