import type { LogIdentity } from './control-frames.js';

export interface LogWatchOptions {
  /** Milliseconds. */
  interval: number;
  /** Whether anybody would have to be told. */
  isNeeded(): boolean;
  readIdentity(): Promise<LogIdentity>;
  onIdentity(identity: LogIdentity): void;
}

/**
 * Asks now and then which log this is. The feed tells when an event that was read is gone; of a new epoch alone, as an
 * operator gives one, it tells with the next event.
 *
 * @returns ends it
 */
export function watchLog({ interval, isNeeded, readIdentity, onIdentity }: LogWatchOptions): () => void {
  let isAsking = false;
  const timer = setInterval(() => {
    if (isAsking || !isNeeded()) return;
    isAsking = true;
    readIdentity()
      // While the log cannot be read, the feed says so, and the next question comes soon.
      .then(onIdentity, () => {})
      .finally(() => {
        isAsking = false;
      });
  }, interval).unref();
  return () => clearInterval(timer);
}
