import { afterEach, expect, it, vi } from 'vitest';
import { silentLog } from '../../testing/index.js';
import { keepConsuming } from './keep-consuming.js';

afterEach(() => {
  vi.restoreAllMocks();
});

it('says once a minute why the topic cannot be read, however often that is tried, and again in a later outage', async () => {
  const warn = vi.spyOn(silentLog, 'warn');
  const ending = new AbortController();
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const times = [0, 0, 59_999, 60_000, 60_000];
  await keepConsuming({
    needed: async () => {},
    async open() {
      const next = times.shift();
      if (next === undefined) ending.abort();
      now = next ?? now;
      throw new Error('no broker answers');
    },
    onLost() {},
    log: silentLog,
    signal: ending.signal,
  });
  expect(warn.mock.calls.map(([fields]) => fields)).toEqual([
    { reason: 'no broker answers' },
    { reason: 'no broker answers' },
  ]);
});
