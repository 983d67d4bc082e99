import { LOG_CHANNEL } from '../event-log/index.js';
import { createListener, type ListenerOptions, WakeSignal } from '../postgres/index.js';

/** Wakes readers of the log when something was committed. */
export interface WakeUps {
  wakeSignal: WakeSignal;
  /** Listens from the first reader's joining to the last one's leaving. */
  join(): void;
  leave(): void;
  close(): Promise<void>;
}

/**
 * Listens only while somebody reads: a listener is woken by every batch of every process, which costs
 * an ingest process that has no reader a tenth of a millisecond each.
 */
export function createWakeUps(options: Omit<ListenerOptions, 'channel' | 'onNotify'>): WakeUps {
  const wakeSignal = new WakeSignal();
  let readers = 0;
  let listener: ReturnType<typeof createListener> | undefined;
  return {
    wakeSignal,
    join() {
      readers += 1;
      listener ??= createListener({ ...options, channel: LOG_CHANNEL, onNotify: () => wakeSignal.notify() });
    },
    leave() {
      readers -= 1;
      if (readers > 0) return;
      void listener?.close();
      listener = undefined;
    },
    async close() {
      await listener?.close();
      listener = undefined;
    },
  };
}
