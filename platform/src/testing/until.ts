import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds that anything may take on a busy machine; only a failure waits this long. */
export const WAIT_LIMIT = 90_000;

/** Asks until the answer is true. An error ends the waiting at once. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + WAIT_LIMIT;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`it did not happen in time that ${what}`);
    await sleep(25);
  }
}
