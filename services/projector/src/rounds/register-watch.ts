import type { WakeSignal } from '@att/platform/postgres';
import type { Pool } from 'pg';
import { digestOf, type Register, readRegister } from '../generations/read-register.js';
import { SupersededError } from '../generations/superseded-error.js';
import type { WritableGeneration } from '../generations/writable-generation.js';

/** Milliseconds between two reads of the register where no notification comes. */
const POLL_INTERVAL = 2_000;

/** Whether there may be something else to do than when the register was read. */
export async function hasChanged(pool: Pool, register: Register): Promise<boolean> {
  return digestOf(await readRegister(pool)) !== digestOf(register);
}

export interface RegisterWatch {
  pool: Pool;
  wakeSignal: WakeSignal;
  signal: AbortSignal;
}

/**
 * Resolves when the register has changed, or when `signal` aborts.
 *
 * @param written generations that are written to meanwhile
 * @throws SupersededError when a checkpoint is before the one in memory, as after a crash that lost the last commits
 */
export async function registerChange(
  { pool, wakeSignal, signal }: RegisterWatch,
  register: Register,
  written: readonly WritableGeneration[],
): Promise<void> {
  while (!signal.aborted) {
    const { woken, leave } = wakeSignal.listen(POLL_INTERVAL, signal);
    try {
      const committed = positionsOf(register, written);
      // The signal is listened to before the read, so that no change between the two is missed.
      const now = await readRegister(pool);
      refuseEarlier(now, committed);
      if (digestOf(now) !== digestOf(register)) return;
      await woken;
    } finally {
      leave();
    }
  }
}

/** Positions that are committed, by generation: of those that are written to as memory has them. */
function positionsOf({ generations }: Register, written: readonly WritableGeneration[]): Map<number, number> {
  return new Map([
    ...generations.map(({ id, position }) => [id, position] as const),
    ...written.map(({ generation, checkpoint }) => [generation.id, checkpoint.position] as const),
  ]);
}

/** @param committed positions that were committed before the register was read */
function refuseEarlier({ generations }: Register, committed: ReadonlyMap<number, number>): void {
  for (const { id, projection, position } of generations) {
    const before = committed.get(id) ?? 0;
    if (position < before) {
      throw new SupersededError(
        `the checkpoint of ${projection} went back from ${before} to ${position}: the database has lost its last commits`,
      );
    }
  }
}
