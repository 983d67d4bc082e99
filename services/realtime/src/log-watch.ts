import type { LogIdentity } from './control-frames.js';

export interface LogWatchOptions {
  /** Milliseconds. */
  interval: number;
  /** True while there are sockets. */
  isNeeded(): boolean;
  readIdentity(): Promise<LogIdentity>;
  onIdentity(identity: LogIdentity): void;
}

/**
 * Reads the identity of the log now and then. The feed notices at once when an event that was read is gone, but a new
 * epoch alone, as an operator gives one, only with the next event.
 *
 * @returns a function that ends it
 */
export function watchLog({ interval, isNeeded, readIdentity, onIdentity }: LogWatchOptions): () => void {
  let isAsking = false;
  const timer = setInterval(() => {
    if (isAsking || !isNeeded()) return;
    isAsking = true;
    readIdentity()
      // The feed logs that the log cannot be read, and the next try comes soon.
      .then(onIdentity, () => {})
      .finally(() => {
        isAsking = false;
      });
  }, interval).unref();
  return () => clearInterval(timer);
}
