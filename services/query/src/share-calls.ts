/**
 * Lets all who ask while a call is under way share the next one. What they get was always begun after
 * they asked, so it is never older than their question.
 */
export function shareCalls<T>(call: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    if (next !== undefined) return next;
    const shared = running.then(() => {
      next = undefined;
      return call();
    });
    running = shared.catch(() => {});
    next = shared;
    return shared;
  };
}
