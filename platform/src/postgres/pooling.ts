/**
 * Whether a pooler such as PgBouncer hands server connections on between transactions. Roles, settings, prepared
 * statements, locks and LISTEN belong to a session, and would be somebody else's with each transaction.
 */
import { connectionConfig } from './pool.js';
import { Session } from './session.js';
import { UnfitDatabaseError } from './unfit-database.js';

/** Rounds of two sessions whose transactions overlap; other clients of the pooler may take what one gave back. */
const ROUNDS = 8;

/**
 * Costs nothing where no pooler stands between: then the server's process is the one that was announced.
 *
 * @throws UnfitDatabaseError
 */
export async function refuseTransactionPooling(session: Session, connectionString: string): Promise<void> {
  if (session.announced === session.backend) return;
  const other = new Session(connectionConfig({ connectionString, role: undefined, name: 'pooling' }));
  try {
    await other.connect();
    if (other.backend === session.backend) throw transactionPooling();
    for (let round = 0; round < ROUNDS; round++) {
      const [one, two] = round % 2 === 0 ? [session, other] : [other, session];
      if (await shareServers(one, two)) throw transactionPooling();
    }
  } catch (error) {
    if (isStatementPooling(error)) throw transactionPooling();
    throw isWaiting(error) ? poolTooSmall() : error;
  } finally {
    await other.end().catch(() => {});
  }
}

/** While `two` is in a transaction on what `one` gave back, `one` is on another, or would have to wait. */
async function shareServers(one: Session, two: Session): Promise<boolean> {
  await two.query('BEGIN');
  const isShared = (await processOf(two)) !== two.backend || (await processOf(one)) !== one.backend;
  await two.query('COMMIT');
  return isShared;
}

/** Milliseconds; a pooler without a free server lets a statement wait. */
const QUERY_TIMEOUT = 3_000;

async function processOf(session: Session): Promise<number> {
  const question = { text: 'SELECT pg_backend_pid() AS pid', query_timeout: QUERY_TIMEOUT };
  return (await session.query<{ pid: number }>(question)).rows[0]?.pid as number;
}

function isStatementPooling(error: unknown): boolean {
  return /statement pooling/i.test((error as Error).message);
}

/** True for the words of pg and PgBouncer that no answer came. */
function isWaiting(error: unknown): boolean {
  return /read timeout|query_wait_timeout/.test((error as Error).message);
}

function poolTooSmall(): UnfitDatabaseError {
  return new UnfitDatabaseError(
    'pool_too_small',
    'the connection pooler of DATABASE_URL has no second server connection for this user and database: raise its pool ' +
      'size to 60 or more (PgBouncer: default_pool_size), or connect to PostgreSQL itself',
  );
}

function transactionPooling(): UnfitDatabaseError {
  return new UnfitDatabaseError(
    'transaction_pooling',
    'DATABASE_URL leads to a connection pooler in transaction or statement mode, where a session loses its role and ' +
      'its settings between transactions: use session mode (PgBouncer: pool_mode = session), or connect to PostgreSQL itself',
  );
}
