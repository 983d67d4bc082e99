/** Lease of the relay that publishes the log; the others stand by. */
import { randomUUID } from 'node:crypto';
import type { Logger } from '@att/platform/logging';
import { isUnavailable } from '@att/platform/postgres';
import { pause, withTimeLimit } from '@att/platform/time';
import type { Pool } from 'pg';
import {
  isLeaseFree,
  moveLease,
  type RelayProgress,
  releaseLease,
  renewLease,
  takeLease,
} from './lease-row.js';

export interface Lease {
  /** RelayProgress that the relay before has written down; undefined where there is none. */
  progress: RelayProgress | undefined;
  /** Aborts when the lease is lost, or may be. */
  lost: AbortSignal;
  /** False once it may have expired, by this process's own clock: the database need not be asked. */
  isHeld(): boolean;
  /** Has progress written down soon. */
  report(progress: RelayProgress): void;
  /** Writes down what was reported, as far as that works, and gives the lease back. */
  release(): Promise<void>;
}

/** Milliseconds until a lease that is not renewed expires. */
const TERM = 3_000;
/** Milliseconds between two renewals, two questions of a relay that stands by, and two records of progress. */
const [RENEWAL, STANDBY_POLL, RECORD] = [500, 500, 200];
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
    await pause(STANDBY_POLL, signal);
  }
  return undefined;
}

async function tryToTake(pool: Pool): Promise<Lease | undefined> {
  if (!(await isLeaseFree(pool, TERM))) return undefined;
  const owner = randomUUID();
  const askedAt = performance.now();
  const taken = await takeLease(pool, owner, TERM);
  return taken && new HeldLease(pool, owner, taken.progress, askedAt);
}

class HeldLease implements Lease {
  readonly #lost = new AbortController();
  readonly #ending = new AbortController();
  readonly #keeping: Promise<void>;
  #renewedAt: number;
  /** Progress that the row has, and that it is to have. */
  #recorded: RelayProgress | undefined;
  #reported: RelayProgress | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly owner: string,
    readonly progress: RelayProgress | undefined,
    askedAt: number,
  ) {
    this.#renewedAt = askedAt;
    this.#recorded = progress;
    this.#reported = progress;
    this.#keeping = this.#keep();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  isHeld(): boolean {
    return !this.lost.aborted && performance.now() < this.#renewedAt + TERM;
  }

  report(next: RelayProgress): void {
    this.#reported = next;
  }

  async release(): Promise<void> {
    this.#ending.abort();
    await withTimeLimit(
      RELEASE_LIMIT,
      this.#giveBack().catch(() => {}),
      () => {},
    );
    this.#lost.abort();
  }

  async #giveBack(): Promise<void> {
    await this.#keeping;
    if (this.isHeld() && this.#reported !== this.#recorded) await this.#record();
    await releaseLease(this.pool, this.owner);
  }

  async #keep(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted && this.isHeld()) {
      const isDue = this.#reported !== this.#recorded || performance.now() >= this.#renewedAt + RENEWAL;
      // A failed statement may have been done, and then the next one finds another place: the lease is lost by that.
      if (isDue) await this.#record().catch(() => {});
      await pause(RECORD, signal);
    }
    if (!signal.aborted) this.#lost.abort();
  }

  async #record(): Promise<void> {
    const next = this.#reported;
    const startedAt = performance.now();
    const isOurs =
      next === undefined || next === this.#recorded
        ? await renewLease(this.pool, this.owner, TERM, this.#recorded)
        : await moveLease(this.pool, this.owner, TERM, this.#recorded, next);
    if (!isOurs) return this.#lost.abort();
    this.#recorded = next;
    this.#renewedAt = startedAt;
  }
}
