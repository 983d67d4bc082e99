/** Backoff with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"), with no limit of tries. */

const BASE_MS = 500;
const CAP_MS = 30_000;

/** Milliseconds to wait before try `attempt` (from 0); `random` is from 0 to below 1. */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 16));
  return Math.round(random * ceiling);
}

/** Up to a second, so that the clients of a restarted server do not all come at once. */
export function soonMs(random: number): number {
  return Math.round(random * 1_000);
}
