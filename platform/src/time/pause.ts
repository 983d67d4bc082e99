import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves after so many milliseconds, or as soon as `signal` aborts. Never rejects: a loop that pauses looks at its
 * signal anyway, and node's own timer would end it with an AbortError.
 */
export async function pause(
  milliseconds: number,
  signal: AbortSignal,
  { ref = true }: { ref?: boolean } = {},
): Promise<void> {
  await sleep(milliseconds, undefined, { signal, ref }).catch(() => {});
}
