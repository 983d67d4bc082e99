import type { WakeSignal } from '@att/platform/postgres';
import type { Pool } from 'pg';
import { FencedError } from '../generations/move-checkpoint.js';
import { digestOf, type Register, readRegister } from '../generations/read-register.js';

/** Milliseconds; without a notification the register is asked this often. */
const POLL_INTERVAL = 2_000;

/** Whether there may be something else to do than when the register was read. */
export async function hasChanged(pool: Pool, register: Register): Promise<boolean> {
  return digestOf(await readRegister(pool)) !== digestOf(register);
}

/**
 * Resolves when the register says something else than it did, or when `signal` aborts.
 *
 * @param register its generations are those that are written to, and move on meanwhile
 * @throws FencedError when a checkpoint is before the one in memory, as after a crash that lost the last commits
 */
export async function registerChange(
  pool: Pool,
  wakeSignal: WakeSignal,
  register: Register,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { woken, leave } = wakeSignal.listen(POLL_INTERVAL, signal);
    try {
      const known = new Map(register.generations.map(({ id, position }) => [id, position]));
      // The signal is listened to before the read, so that no change between the two is missed.
      const now = await readRegister(pool);
      refuseEarlier(now, known);
      if (digestOf(now) !== digestOf(register)) return;
      await woken;
    } finally {
      leave();
    }
  }
}

/** @param known positions that were committed before the register was read */
function refuseEarlier({ generations }: Register, known: ReadonlyMap<number, number>): void {
  for (const { id, projection, position } of generations) {
    const before = known.get(id) ?? 0;
    if (position < before) {
      throw new FencedError(
        `the checkpoint of ${projection} went back from ${before} to ${position}: the database has lost its last commits`,
      );
    }
  }
}
