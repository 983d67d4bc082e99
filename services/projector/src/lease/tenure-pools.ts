/** Connections of the projector that has the lease, and of nobody else: those of a tenure end with it. */
import type { ServiceContext } from '@att/platform/service';
import type { Pool } from 'pg';
import { joinTenure } from './lease-locks.js';

export interface TenurePools {
  /** For batches. */
  pool: Pool;
  /** For what takes long: indexing, comparing, dropping. */
  buildPool: Pool;
  /** May be called again. */
  close(): Promise<void>;
}

/** Milliseconds, of a whole batch, too; it takes a hundred or two, but a table may be locked for a while. */
const SILENCE = 60_000;

/** @param projections how many there are */
export function openTenurePools(
  database: ServiceContext['database'],
  projections: number,
  tenure: number,
): TenurePools {
  const onConnect = (client: Parameters<typeof joinTenure>[0]) => joinTenure(client, tenure);
  const pool = database.pool('att_projector', {
    // For each its own group, and a build of it; one more for whoever looks at the register.
    max: 2 * projections + 1,
    name: 'projector',
    timeouts: { silence: SILENCE },
    onConnect,
  });
  // Indexing and comparing take as long as they take. A moment to compare in, two that compare, and two that index
  // for each build: who had to wait for one would be refused after some seconds, and the round begin anew.
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
