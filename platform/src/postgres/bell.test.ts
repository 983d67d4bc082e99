import { describe, expect, it } from 'vitest';
import { Bell } from './bell.js';

const never = new AbortController().signal;
const LONG = 60_000;

describe('a bell', () => {
  it('wakes everybody who listens, also to a ring before they wait', async () => {
    const bell = new Bell();
    const listening = [bell.listen(LONG, never), bell.listen(LONG, never)];
    bell.ring();
    expect(await Promise.all(listening.map(({ rung }) => rung))).toHaveLength(2);
  });

  it('lets go after the timeout, when the caller has gone, and when they leave', async () => {
    const bell = new Bell();
    const gone = new AbortController();
    const left = bell.listen(LONG, never);
    const waits = [bell.listen(1, never).rung, bell.listen(LONG, gone.signal).rung, left.rung];
    gone.abort();
    left.leave();
    expect(await Promise.all(waits)).toHaveLength(3);
  });
});
