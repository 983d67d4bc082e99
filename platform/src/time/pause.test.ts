import { expect, it } from 'vitest';
import { pause } from './pause.js';

it('ends after its time', async () => {
  const startedAt = performance.now();
  await pause(20, new AbortController().signal);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(19);
});

it('ends at once, and does not reject, when its signal aborts', async () => {
  const stopping = new AbortController();
  const pausing = pause(60_000, stopping.signal);
  stopping.abort();
  await pausing;
  await pause(60_000, stopping.signal);
});
