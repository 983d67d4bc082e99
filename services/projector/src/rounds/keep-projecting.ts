import { pause } from '@att/platform/time';
import type { Pool } from 'pg';
import { SupersededError } from '../generations/superseded-error.js';
import { takeLease } from '../lease/lease.js';
import type { TenurePools } from '../lease/tenure-pools.js';
import { type RoundContext, runRound } from './run-round.js';

export interface ProjectingOptions extends Omit<RoundContext, 'pool' | 'buildPool'> {
  /** Connections without a role, for the lease. */
  leasePool: Pool;
  /** Opens the connections of a tenure. */
  openPools(tenure: number): TenurePools;
}

/** Milliseconds until the next round after one whose memory was out of date. */
const SUPERSEDED_DELAY = 1_000;
/** Milliseconds after the first failure; twice as long after each in a row, up to the longest. */
const FIRST_DELAY = 500;
const LONGEST_DELAY = 10_000;
/** Milliseconds after which a round that fails counts as the first failure of a row. */
const LONG_ROUND = 30_000;

/** Projects whenever this projector has the lease, and stands by otherwise, until `signal` aborts. */
export async function keepProjecting(options: ProjectingOptions): Promise<void> {
  const { leasePool: pool, log, signal, openPools, status } = options;
  const onStandBy = () => status.leaseChanged(false);
  while (!signal.aborted) {
    const lease = await takeLease({ pool, log, signal, onStandBy });
    if (lease === undefined) return;
    status.leaseChanged(true);
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

/** Runs round after round. After any failure memory is thrown away, and work starts over from the checkpoints in the database. */
async function project(context: RoundContext): Promise<void> {
  const { signal, log, status } = context;
  let failures = 0;
  while (!signal.aborted) {
    const startedAt = performance.now();
    try {
      await runRound(context);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof SupersededError) {
        log.info({ reason: error.message }, 'memory is thrown away; starting over from the checkpoint');
        await pause(SUPERSEDED_DELAY, signal);
        continue;
      }
      failures = performance.now() - startedAt > LONG_ROUND ? 1 : failures + 1;
      status.roundFailed(error as Error);
      log.error({ err: error }, 'projecting failed; starting over from the checkpoint');
      await pause(Math.min(FIRST_DELAY * 2 ** (failures - 1), LONGEST_DELAY), signal);
    }
  }
}
