/** Wakes all waiters. A signal is only a hint, so every wait also ends by itself. */
export class WakeSignal {
  readonly #waiting = new Set<() => void>();

  notify(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /**
   * Starts to listen at once. `woken` resolves at the next `notify`, after `timeout` milliseconds, when `signal`
   * aborts, or when `leave` is called.
   */
  listen(timeout: number, signal: AbortSignal): { woken: Promise<void>; leave(): void } {
    let leave = () => {};
    const woken = new Promise<void>((resolve) => {
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
    return { woken, leave };
  }
}
