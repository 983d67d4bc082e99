export interface ShareOptions {
  /**
   * Outcome for callers who wait for a call to end that then fails: `shared`, nobody waits for a second time-out;
   * `ask again`, only those who asked for it hear of it.
   */
  afterFailure: 'shared' | 'ask again';
}

/**
 * Shares calls. All who ask while a call runs share the next one, which begins when it ends: a result is never older than the
 * question, and hundreds who ask at once cost two calls.
 */
export function shareCalls<T>(
  call: () => Promise<T>,
  { afterFailure }: ShareOptions = { afterFailure: 'shared' },
): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;

  function start(): Promise<T> {
    // A caller who comes from here on has to wait for a later call.
    next = undefined;
    const started = call().finally(() => {
      if (running === started) running = undefined;
    });
    running = started;
    return started;
  }

  function fail(error: unknown): Promise<T> {
    next = undefined;
    throw error;
  }

  return () => {
    if (running === undefined) return start();
    next ??= running.then(start, afterFailure === 'shared' ? fail : start);
    return next;
  };
}
