/** Check that a start makes of the replica that it is given. */
import type { Pool } from 'pg';
import type { Logger } from '../logging/index.js';
import { isUnavailable, SQLSTATE, sqlStateOf, UnfitDatabaseError } from '../postgres/index.js';
import { readMissingRights } from './missing-rights.js';

/** Server and session of a connection string. */
export interface Server {
  user: string;
  isInRecovery: boolean;
  startedAt: string;
  database: string;
  /** Undefined where the user may not read it. */
  system: string | undefined;
}

/**
 * Refuses what can never become a replica of the primary: another cluster, another database, a server that takes writes
 * itself; and a user who may not read it. A replica that is away, or behind, may come back while the services run.
 *
 * @param here the primary
 * @throws UnfitDatabaseError
 */
export async function refuseUnfitReplica(here: Server, replica: Pool, log: Logger): Promise<void> {
  const there = await readServer(replica).catch((error: unknown) => {
    if (!isUnavailable(error)) throw error;
    log.warn({ reason: (error as Error).message }, 'the read replica cannot be reached now');
    return undefined;
  });
  if (there === undefined) return;
  const wrong = whatIsWrong(here, there);
  if (wrong !== undefined) throw new UnfitDatabaseError('unfit_replica', `DATABASE_READ_URL ${wrong}`);
  // The user of the primary reads with the services' role on both.
  if (here.user !== there.user) await refuseWithoutRights(there.user, replica);
}

async function refuseWithoutRights(user: string, replica: Pool): Promise<void> {
  const missing = await readMissingRights(replica);
  if (missing.length === 0) return;
  const [first, ...more] = missing;
  const rest = more.length === 0 ? '' : ` and ${more.length} more`;
  throw new UnfitDatabaseError(
    'unfit_replica',
    `DATABASE_READ_URL has the user ${user}, who may not read ${first}${rest}: say GRANT att_reader TO "${user}" on the primary`,
  );
}

const REMEDY =
  'name a streaming standby of the server of DATABASE_URL, and the same database, or leave it out';

function whatIsWrong(primary: Server, replica: Server): string | undefined {
  const isSameServer = primary.startedAt === replica.startedAt;
  const isSameSystem =
    primary.system === undefined || replica.system === undefined || primary.system === replica.system;
  if (!isSameSystem) return `leads to another server, which has nothing of the log: ${REMEDY}`;
  if (primary.database !== replica.database) return `leads to another database: ${REMEDY}`;
  if (isSameServer || replica.isInRecovery) return undefined;
  return `leads to a server that is no standby, as it takes writes itself: ${REMEDY}`;
}

export async function readServer(pool: Pool): Promise<Server> {
  const { rows } = await pool.query<Omit<Server, 'system'>>(`
    SELECT current_user AS "user", pg_is_in_recovery() AS "isInRecovery", pg_postmaster_start_time()::text AS "startedAt", oid::text AS database
    FROM pg_database WHERE datname = current_database()`);
  const [server] = rows;
  if (server === undefined) throw new Error('the database has no row in pg_database');
  return { ...server, system: await readSystem(pool) };
}

async function readSystem(pool: Pool): Promise<string | undefined> {
  try {
    const { rows } = await pool.query<{ system: string }>(
      'SELECT system_identifier::text AS system FROM pg_control_system()',
    );
    return rows[0]?.system;
  } catch (error) {
    if (sqlStateOf(error) === SQLSTATE.insufficientPrivilege) return undefined;
    throw error;
  }
}
