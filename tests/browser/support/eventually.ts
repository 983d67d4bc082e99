import { expect } from 'vitest';

/** Milliseconds that a page may take on a busy machine; only a failure waits this long. */
const PATIENCE = 40_000;

/** Looks again until what is seen is what was expected. */
export async function eventually<T>(see: () => Promise<T> | T, expected: unknown): Promise<void> {
  await expect.poll(see, { timeout: PATIENCE, interval: 50 }).toEqual(expected);
}
