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
 * Asks now and then which log this is. A client that stays where it is would otherwise never hear that a
 * backup was restored under it: the feed tells what comes after its position, of whatever log.
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
