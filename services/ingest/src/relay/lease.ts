/** Lease of the relay that publishes the log; the others stand by. */
import { randomUUID } from 'node:crypto';
import type { Logger } from '@att/platform/logging';
import { isUnavailable } from '@att/platform/postgres';
import { pause, withTimeLimit } from '@att/platform/time';
import type { Pool } from 'pg';
import { isLeaseFree, moveLease, type Progress, releaseLease, renewLease, takeLease } from './lease-row.js';

export interface Lease {
  /** Progress that the relay before has written down; undefined where there is none. */
  progress: Progress | undefined;
  /** Aborts when the lease is lost, or may be. */
  lost: AbortSignal;
  /** False once it may have expired: a process that was frozen knows it by this before it is told. */
  isHeld(): boolean;
  /** Has progress written down soon. */
  report(progress: Progress): void;
  /** Writes down what was reported, as far as that works, and gives the lease back. */
  release(): Promise<void>;
}

/** Milliseconds until a lease that is not renewed expires. */
const TERM = 3_000;
/** Milliseconds between two renewals, two looks of a relay that stands by, and two records of progress. */
const [RENEWAL, LOOK, RECORD] = [500, 500, 200];
const RELEASE_LIMIT = 1_000;

/** Stands by until the lease is free, and takes it. @returns undefined when `signal` aborts */
export async function standBy(pool: Pool, log: Logger, signal: AbortSignal): Promise<Lease | undefined> {
  while (!signal.aborted) {
    const lease = await tryToTake(pool).catch((error: Error) => {
      const write = isUnavailable(error) ? log.debug : log.error;
      write.call(log, { reason: error.message }, 'the lease of the relay cannot be asked for');
      return undefined;
    });
    if (lease !== undefined) return lease;
    await pause(LOOK, signal);
  }
  return undefined;
}

async function tryToTake(pool: Pool): Promise<Lease | undefined> {
  if (!(await isLeaseFree(pool, TERM))) return undefined;
  const owner = randomUUID();
  const askedAt = performance.now();
  const taken = await takeLease(pool, owner, TERM);
  return taken && hold(pool, owner, taken.progress, askedAt);
}

function hold(pool: Pool, owner: string, progress: Progress | undefined, askedAt: number): Lease {
  const [lost, ending] = [new AbortController(), new AbortController()];
  let renewedAt = askedAt;
  let recorded = progress;
  let reported = progress;
  const isHeld = () => !lost.signal.aborted && performance.now() < renewedAt + TERM;

  async function record(): Promise<void> {
    const next = reported;
    const startedAt = performance.now();
    const isOurs =
      next === undefined || next === recorded
        ? await renewLease(pool, owner, TERM, recorded)
        : await moveLease(pool, owner, TERM, recorded, next);
    if (!isOurs) return lost.abort();
    recorded = next;
    renewedAt = startedAt;
  }

  async function keep(): Promise<void> {
    while (!ending.signal.aborted && isHeld()) {
      const isDue = reported !== recorded || performance.now() >= renewedAt + RENEWAL;
      // A failed statement may have been done, and then the next one finds another place: the lease is lost by that.
      if (isDue) await record().catch(() => {});
      await pause(RECORD, ending.signal);
    }
    if (!ending.signal.aborted) lost.abort();
  }

  const keeping = keep();
  return {
    progress,
    lost: lost.signal,
    isHeld,
    report(next) {
      reported = next;
    },
    async release() {
      ending.abort();
      const giveBack = async () => {
        await keeping;
        if (isHeld() && reported !== recorded) await record();
        await releaseLease(pool, owner);
      };
      await withTimeLimit(
        RELEASE_LIMIT,
        giveBack().catch(() => {}),
        () => {},
      );
      lost.abort();
    },
  };
}
