import { LOG_CHANNEL } from '../event-log/index.js';
import { createListener, type ListenerOptions } from '../postgres/index.js';

/** Wakes readers of the log when something was committed, or after a while. */
export interface WakeUps {
  /** Listens from the first reader's joining to the last one's leaving. */
  join(): void;
  leave(): void;
  /** Resolves at the next notification, after the poll interval, or when `signal` aborts. */
  next(signal: AbortSignal): { arrived: Promise<void>; forget(): void };
  close(): Promise<void>;
}

/**
 * Listens only while somebody reads: a listener is woken by every batch of every process, which costs
 * an ingest process that has no reader a tenth of a millisecond each.
 *
 * @param pollInterval milliseconds
 */
export function createWakeUps(
  options: Omit<ListenerOptions, 'channel' | 'onNotify'>,
  pollInterval: number,
): WakeUps {
  const waiting = new Set<() => void>();
  let readers = 0;
  let listener: ReturnType<typeof createListener> | undefined;

  function wakeAll(): void {
    for (const wake of [...waiting]) wake();
  }

  return {
    join() {
      readers += 1;
      listener ??= createListener({ ...options, channel: LOG_CHANNEL, onNotify: wakeAll });
    },
    leave() {
      readers -= 1;
      if (readers > 0) return;
      void listener?.close();
      listener = undefined;
    },
    next(signal) {
      let forget = () => {};
      const arrived = new Promise<void>((resolve) => {
        const timer = setTimeout(done, pollInterval);
        function done(): void {
          clearTimeout(timer);
          waiting.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        }
        forget = done;
        waiting.add(done);
        signal.addEventListener('abort', done);
      });
      return { arrived, forget };
    },
    async close() {
      await listener?.close();
      listener = undefined;
    },
  };
}
