/** Signals: the first drains, a later one gives up waiting. */
import type { Logger } from '../logging/index.js';

/** npm passes a terminal's Ctrl-C on, so the same signal comes twice at once; that is one request, not two. */
const SAME_WISH_MS = 1_000;

/**
 * Runs `stop` at the first SIGINT or SIGTERM and then lets the process end; a second one, a second
 * later or more, ends it at once.
 *
 * @param deadline milliseconds that `stop` may take
 */
export function stopOnSignal(stop: (signal: string) => Promise<void>, log: Logger, deadline: number): void {
  let firstAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    const now = performance.now();
    if (firstAt !== undefined) {
      if (now - firstAt < SAME_WISH_MS) return;
      log.warn({ signal }, 'second signal: ending at once');
      process.exit(1);
    }
    firstAt = now;
    setTimeout(() => {
      log.error('could not stop in time: ending now');
      process.exit(1);
    }, deadline).unref();
    stop(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
