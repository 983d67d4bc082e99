import type { Pool } from 'pg';
import { databaseSilent } from '../problems.js';
import { shareCalls } from '../share-calls.js';

/** Resolves when the database answers. @throws ProblemError database_unavailable when it does not, in time */
export type Probe = () => Promise<void>;

/** @param timeout milliseconds, a new connection included */
export function createProbe(pool: Pool, timeout: number): Probe {
  return shareCalls(
    () =>
      new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(databaseSilent()), timeout);
        pool
          .query('SELECT 1')
          .then(
            () => resolve(),
            () => reject(databaseSilent()),
          )
          .finally(() => clearTimeout(timer));
      }),
  );
}
