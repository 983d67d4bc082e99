import type { Bell } from '@att/platform/postgres';
import type { Pool } from 'pg';
import { digestOf, type Register, readRegister } from '../generations/read-register.js';

/** Milliseconds; without a notification the register is asked this often. */
const POLL_INTERVAL = 2_000;

/** Whether there may be something else to do than when the register was read. */
export async function hasChanged(pool: Pool, register: Register): Promise<boolean> {
  return digestOf(await readRegister(pool)) !== digestOf(register);
}

/** Resolves when the register says something else than it did, or when `signal` aborts. */
export async function registerChange(
  pool: Pool,
  bell: Bell,
  register: Register,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { rung, leave } = bell.listen(POLL_INTERVAL, signal);
    try {
      // After the bell was heard for the first time, so that no change between is slept through.
      if (await hasChanged(pool, register)) return;
      await rung;
    } finally {
      leave();
    }
  }
}
