/** Replica that reads may come from. */
import { ConfigError } from '@att/platform/config';
import type { Logger } from '@att/platform/logging';
import type { Registry } from '@att/platform/metrics';
import { createPool } from '@att/platform/postgres';
import { ReadReplica, readServer, refuseUnfitReplica } from '@att/platform/read-replica';
import type { ServiceContext } from '@att/platform/service';
import type { Pool } from 'pg';
import { explainDatabase } from '../explain-database.js';

interface Primary {
  connectionString: string;
  pool: Pool;
  openPool: ServiceContext['database']['pool'];
  role: ServiceContext['database']['role'];
}

/** Milliseconds that the server has to answer the check of a start. */
const SILENCE = 3_000;

/**
 * @returns undefined where no replica is given
 * @throws UnfitDatabaseError for a server that can never be a replica of the log, ConfigError for one that refuses us
 */
export async function openReplica(
  connectionString: string | undefined,
  primary: Primary,
  { log, metrics }: { log: Logger; metrics: Registry },
): Promise<ReadReplica | undefined> {
  if (connectionString === undefined) return undefined;
  const here = await readServer(primary.pool);
  const timeouts = { silence: SILENCE };
  const replica = createPool({ connectionString, role: undefined, max: 1, name: 'replica', log, timeouts });
  await refuseUnfitReplica(here, replica, log)
    .catch(nameVariable)
    .finally(() => replica.end());
  // Another user reads with the rights of its own: whether it may take our roles is not known while the replica is away.
  const isSameUser = userOf(primary.connectionString) === userOf(connectionString);
  return new ReadReplica({
    connectionString,
    role: (name) => (isSameUser ? primary.role(name) : undefined),
    openPrimary: (options) => primary.openPool('att_reader', options),
    log,
    metrics,
  });
}

/** Throws a database's error as a sentence that names the replica's variable: explanations name the primary's. */
function nameVariable(error: Error): never {
  const explanation = explainDatabase(error);
  if (explanation === undefined) throw error;
  throw new ConfigError(
    `the read replica cannot be used: ${explanation.replaceAll('DATABASE_URL', 'DATABASE_READ_URL')}`,
  );
}

const userOf = (connectionString: string) => new URL(connectionString).username;
