import type { Bell } from '@att/platform/postgres';
import type { Pool } from 'pg';
import { digestOf, type Register, readRegister } from '../generations/read-register.js';

/** Milliseconds; without a notification the register is asked this often. */
const POLL_INTERVAL = 2_000;

/** Resolves when the register says something else than it did, or when `signal` aborts. */
export async function registerChange(
  pool: Pool,
  bell: Bell,
  register: Register,
  signal: AbortSignal,
): Promise<void> {
  const digest = digestOf(register);
  while (!signal.aborted) {
    const { rung, leave } = bell.listen(POLL_INTERVAL, signal);
    try {
      // After the bell was heard for the first time, so that no change between is slept through.
      if (digestOf(await readRegister(pool)) !== digest) return;
      await rung;
    } finally {
      leave();
    }
  }
}
