/**
 * Lets all who ask while a call is under way share the next one. What they get was always begun after
 * they asked, so it is never older than their question. A failure is everybody's who waits: they need
 * not find out one after the other that the other side is gone.
 */
export function shareCalls<T>(call: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;

  function start(): Promise<T> {
    const started = call().finally(() => {
      if (running === started) running = undefined;
    });
    running = started;
    return started;
  }

  return () => {
    if (running === undefined) return start();
    next ??= running.then(start).finally(() => {
      next = undefined;
    });
    return next;
  };
}
