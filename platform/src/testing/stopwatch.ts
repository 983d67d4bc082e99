/** Milliseconds between two ticks, and those that one tick counts for at most. */
const TICK = 25;
const MOST = 2 * TICK;

/**
 * Stopwatch for what is promised within a time. It shows the true time while this process runs; time for which a busy
 * machine kept it from running, and with it what is measured, counts for little: a tick that comes late adds 50 ms.
 *
 * @returns a function that stops it, and gives the milliseconds
 */
export function startStopwatch(): () => number {
  let last = performance.now();
  let sum = 0;
  const tick = () => {
    const now = performance.now();
    sum += Math.min(now - last, MOST);
    last = now;
  };
  const timer = setInterval(tick, TICK);
  timer.unref();
  return () => {
    clearInterval(timer);
    tick();
    return sum;
  };
}

/** Work that was done, and the milliseconds of a stopwatch that it took; failed work fails this. */
export async function timed<T>(work: Promise<T>): Promise<{ result: T; took: number }> {
  const stop = startStopwatch();
  try {
    const result = await work;
    return { result, took: stop() };
  } finally {
    stop();
  }
}
