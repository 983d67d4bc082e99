import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';

/** Of all builders of this database: an arbitrary number, the same for ever. */
const LOCK = 4_170_311;

/** Milliseconds after which a projector that does not build asks whether it may. */
const STANDING_BY = 1_000;

export interface BuildLock {
  release(): Promise<void>;
}

/**
 * Of several projectors one builds, compares and switches. A lock of the session, so that it ends with whoever
 * holds it; checkpoints fence off who does not notice.
 *
 * @returns undefined when another projector has it
 */
export async function tryBuildLock(pool: Pool): Promise<BuildLock | undefined> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
      LOCK,
    ]);
    if (rows[0]?.locked === true) {
      return {
        async release() {
          const failed = await client
            .query('SELECT pg_advisory_unlock($1)', [LOCK])
            .catch((error: Error) => error);
          client.release(failed instanceof Error);
        },
      };
    }
    client.release();
    return undefined;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Resolves when no projector has the lock, or when `signal` aborts: until then whoever stands by follows the log. */
export async function buildLockFree(pool: Pool, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(STANDING_BY, undefined, { signal }).catch(() => {});
    const lock = signal.aborted ? undefined : await tryBuildLock(pool);
    if (lock !== undefined) return lock.release();
  }
}
