/** What a failed statement means for whoever sent it, by SQLSTATE (PostgreSQL manual, appendix A). */
import pg from 'pg';

export type Failure =
  /** The server refused, nothing was done, and later it may work: restarting, disk full, too many connections. */
  | 'unavailable'
  /** The connection broke: whether the statement was done is not known. */
  | 'connection_lost'
  /** The statement itself is at fault; sending it again will not help. */
  | 'rejected';

const UNAVAILABLE_CODES = new Set([
  '25006', // read_only_sql_transaction: a standby, or a primary that was demoted
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '53000', // insufficient_resources
  '53100', // disk_full
  '53200', // out_of_memory
  '53300', // too_many_connections
  '55P03', // lock_not_available
  '57014', // query_canceled
  '57P03', // cannot_connect_now
  '58030', // io_error
]);

export function classifyFailure(error: unknown): Failure {
  if (isOurMistake(error)) return 'rejected';
  if (!(error instanceof pg.DatabaseError)) return 'connection_lost';
  // FATAL and PANIC end the session, and may come at any moment of a statement, its commit included.
  if (error.severity === 'FATAL' || error.severity === 'PANIC') {
    return error.code === '57P03' || error.code === '53300' ? 'unavailable' : 'connection_lost';
  }
  const code = error.code ?? '';
  if (code.startsWith('08') || code.startsWith('57P')) return 'connection_lost';
  return UNAVAILABLE_CODES.has(code) ? 'unavailable' : 'rejected';
}

/** True when the database cannot do it now, as opposed to never. */
export function isUnavailable(error: unknown): boolean {
  return classifyFailure(error) !== 'rejected';
}

/** pg reports broken connections and time-outs as plain errors; these are never that. */
function isOurMistake(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}
