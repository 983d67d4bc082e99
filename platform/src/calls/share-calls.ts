/**
 * Shares calls. All who ask while a call runs share the next call, so a result is never older than the question. A failure is shared,
 * too: nobody waits for a second time-out.
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
