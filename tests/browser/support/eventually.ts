import { WAIT_LIMIT } from '@att/platform/testing';
import { expect } from 'vitest';

/** Looks again until the value is the expected one. */
export async function eventually<T>(see: () => Promise<T> | T, expected: unknown): Promise<void> {
  await looking(see, 50).toEqual(expected);
}

/** Looks again until a matcher passes. @param interval milliseconds between two looks */
export function looking<T>(see: () => Promise<T> | T, interval = 20) {
  return expect.poll(see, { timeout: WAIT_LIMIT, interval });
}
