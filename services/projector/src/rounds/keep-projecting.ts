import { pause } from '@att/platform/time';
import { FencedError } from '../generations/move-checkpoint.js';
import { takeLease } from '../lease/lease.js';
import type { TenurePools } from '../lease/tenure-pools.js';
import { type RoundOptions, runRound } from './run-round.js';

export interface ProjectingOptions extends Omit<RoundOptions, 'pool' | 'buildPool'> {
  /** Pool of connections without a role, for the lease. */
  leasePool: RoundOptions['pool'];
  /** The connections of a tenure. */
  openPools(tenure: number): TenurePools;
  /** Told whether this projector follows the log now, or stands by. */
  onLease(isOwner: boolean): void;
  onFailure(error: Error): void;
}

/** Milliseconds until one that was fenced off tries again. */
const FENCED_DELAY = 1_000;
/** Milliseconds after the first failure; twice as long after each in a row, up to the longest. */
const FIRST_DELAY = 500;
const LONGEST_DELAY = 10_000;
/** A round that went on for so long was no failure from the start. Milliseconds. */
const WELL = 30_000;

/** Projects whenever this projector has the lease, and stands by otherwise, until `signal` aborts. */
export async function keepProjecting(options: ProjectingOptions): Promise<void> {
  const { leasePool: pool, log, signal, openPools, onLease } = options;
  const onStandBy = () => onLease(false);
  while (!signal.aborted) {
    const lease = await takeLease({ pool, log, signal, onStandBy });
    if (lease === undefined) return;
    onLease(true);
    const pools = openPools(lease.tenure);
    // Statements under way may wait for a server that is silent.
    lease.lost.addEventListener('abort', () => void pools.close());
    try {
      await project({ ...options, ...pools, signal: AbortSignal.any([signal, lease.lost]) });
      if (!signal.aborted) log.warn('the lease of the projector was lost: memory is thrown away');
    } finally {
      await pools.close();
      lease.release();
    }
  }
}

/** Whatever fails, memory is thrown away and the work starts over from the checkpoints in the database. */
async function project(options: RoundOptions & Pick<ProjectingOptions, 'onFailure'>): Promise<void> {
  const { signal, log, metrics } = options;
  const wait = (delay: number) => pause(delay, signal);
  let failures = 0;
  while (!signal.aborted) {
    const startedAt = performance.now();
    try {
      await runRound(options);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof FencedError) {
        log.info({ reason: error.message }, 'memory is thrown away; starting over from the checkpoint');
        await wait(FENCED_DELAY);
        continue;
      }
      failures = performance.now() - startedAt > WELL ? 1 : failures + 1;
      metrics.failed();
      options.onFailure(error as Error);
      log.error({ err: error }, 'projecting failed; starting over from the checkpoint');
      await wait(Math.min(FIRST_DELAY * 2 ** (failures - 1), LONGEST_DELAY));
    }
  }
}
