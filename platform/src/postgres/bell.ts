/** Wakes whoever waits. A ring is a hint only, so every wait also ends by itself. */
export class Bell {
  readonly #waiting = new Set<() => void>();

  ring(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /**
   * Begins to listen at once; `rung` resolves at the next ring, after `timeout` milliseconds, when the
   * signal aborts, or when `leave` is called.
   */
  listen(timeout: number, signal: AbortSignal): { rung: Promise<void>; leave(): void } {
    let leave = () => {};
    const rung = new Promise<void>((resolve) => {
      const timer = setTimeout(done, timeout);
      const waiting = this.#waiting;
      function done(): void {
        clearTimeout(timer);
        waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      }
      leave = done;
      waiting.add(done);
      signal.addEventListener('abort', done);
    });
    return { rung, leave };
  }
}
