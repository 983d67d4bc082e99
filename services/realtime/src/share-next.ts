/**
 * One question for all who ask while another is under way: hundreds of sockets come at once when a server starts again. Who asks
 * gets an answer whose question began after that, so that it is never told an older state than it knows.
 */
export function shareNext<T>(ask: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;

  function start(): Promise<T> {
    const started = ask().finally(() => {
      if (running === started) running = undefined;
    });
    running = started;
    return started;
  }

  return () => {
    if (running === undefined) return start();
    next ??= running
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}
