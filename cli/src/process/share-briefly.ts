/** Pause after the work, as a multiple of its duration: the work takes a tenth of the time at most, however often it is called. */
const REST = 9;
/** Longest time in milliseconds for which a result is shared. */
const MAX_AGE = 250;

/**
 * Shares the result of `work` among all calls while it runs, and for a short time after. A failure is shared only while the work
 * runs: the next call tries again.
 */
export function shareBriefly<T>(work: () => Promise<T>): () => Promise<T> {
  let shared: Promise<T> | undefined;
  let until = 0;
  return () => {
    if (shared !== undefined && performance.now() < until) return shared;
    const startedAt = performance.now();
    const started = work();
    shared = started;
    until = Number.POSITIVE_INFINITY;
    const end = (age: number) => {
      if (shared === started) until = performance.now() + age;
    };
    started.then(
      () => end(Math.min(MAX_AGE, REST * (performance.now() - startedAt))),
      () => end(Number.NEGATIVE_INFINITY),
    );
    return started;
  };
}
