import { expect } from 'vitest';

/** Milliseconds that a page may take on a busy machine; only a failure waits this long. */
const WAIT_LIMIT = 40_000;

/** Looks again until the value is the expected one. */
export async function eventually<T>(see: () => Promise<T> | T, expected: unknown): Promise<void> {
  await looking(see, 50).toEqual(expected);
}

/** Looks again until a matcher passes. @param interval milliseconds between two looks */
export function looking<T>(see: () => Promise<T> | T, interval = 20) {
  return expect.poll(see, { timeout: WAIT_LIMIT, interval });
}
