import { describe, expect, it } from 'vitest';
import { WakeSignal } from './wake-signal.js';

const never = new AbortController().signal;
const LONG = 60_000;

describe('a wake signal', () => {
  it('wakes every listener, also one that waits only after the signal came', async () => {
    const wakeSignal = new WakeSignal();
    const listening = [wakeSignal.listen(LONG, never), wakeSignal.listen(LONG, never)];
    wakeSignal.notify();
    expect(await Promise.all(listening.map(({ woken }) => woken))).toHaveLength(2);
  });

  it('ends a wait after the timeout, when the caller aborts, and when the listener leaves', async () => {
    const wakeSignal = new WakeSignal();
    const gone = new AbortController();
    const left = wakeSignal.listen(LONG, never);
    const waits = [wakeSignal.listen(1, never).woken, wakeSignal.listen(LONG, gone.signal).woken, left.woken];
    gone.abort();
    left.leave();
    expect(await Promise.all(waits)).toHaveLength(3);
  });
});
