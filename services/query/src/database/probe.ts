import { withTimeLimit } from '@att/platform/time';
import type { Pool } from 'pg';
import { databaseSilent } from '../problems.js';

/** Check that the database answers. @throws ProblemError database_unavailable when it does not, in time */
export type Probe = () => Promise<void>;

/**
 * Probe that all who ask while it runs share.
 *
 * @param timeout milliseconds, a new connection included
 */
export function createProbe(pool: Pool, timeout: number): Probe {
  let running: Promise<void> | undefined;
  return () => {
    running ??= probe(pool, timeout).finally(() => {
      running = undefined;
    });
    return running;
  };
}

function probe(pool: Pool, timeout: number): Promise<void> {
  const fail = () => {
    throw databaseSilent();
  };
  const answered = pool.query('SELECT 1').then(() => {}, fail);
  return withTimeLimit(timeout, answered, fail);
}
