/** Connections of a tenure: only the projector that has the lease opens them, and they end with the lease. */
import type { ServiceContext } from '@att/platform/service';
import type { Pool } from 'pg';
import { joinTenure } from './lease-locks.js';

export interface TenurePools {
  /** Connections for batches. */
  pool: Pool;
  /** Connections for long statements: indexing, comparing, dropping. */
  buildPool: Pool;
  /** Ends all connections; may be called again. */
  close(): Promise<void>;
}

/** Milliseconds without an answer, for a whole batch. It takes 100 to 200, but a table may be locked for a while. */
const SILENCE = 60_000;

/** @param projections number of projections */
export function openTenurePools(
  database: ServiceContext['database'],
  projections: number,
  tenure: number,
): TenurePools {
  const onConnect = (client: Parameters<typeof joinTenure>[0]) => joinTenure(client, tenure);
  const pool = database.pool('att_projector', {
    // Two for each projection, its group and its build, and one to read the register.
    max: 2 * projections + 1,
    name: 'projector',
    timeouts: { silence: SILENCE },
    onConnect,
  });
  // A connection holds the snapshot, two compare, and two index for each build. With fewer, a statement that waits for a
  // connection would be refused after some seconds, and the round would start over.
  const buildPool = database.pool('att_projector', {
    max: 3 + 2 * projections,
    name: 'projector-build',
    timeouts: { statement: 0, idleInTransaction: 0 },
    onConnect,
  });
  let closed: Promise<void> | undefined;
  return {
    pool,
    buildPool,
    close() {
      closed ??= Promise.all([pool.end(), buildPool.end()]).then(() => {});
      return closed;
    },
  };
}
