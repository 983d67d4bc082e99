/** Rest after the work, in times of its own duration: asked for without end, it takes a tenth of the time at most. */
const REST = 9;
/** Milliseconds for which a result is given to others, at most. */
const MAX_AGE = 250;

/**
 * Work that anybody may ask for, done once for all who ask meanwhile, and not again at once. What fails is tried again by the
 * next who asks.
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
