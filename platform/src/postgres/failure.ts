/** Meaning of a failed statement for its sender. */
import pg from 'pg';
import { isConnectionError } from './connection-error.js';
import { SessionError } from './session.js';

export type Failure =
  /** The server refused, nothing was done, and later it may work: restarting, disk full, too many connections. */
  | 'unavailable'
  /** The connection broke: whether the statement was done is not known. */
  | 'connection_lost'
  /** The statement's values are at fault; sending it again will not help. */
  | 'rejected'
  /** An unknown error: a fault of the product, or of a database that somebody changed, and no lost connection. */
  | 'bug';

/**
 * Meanings by SQLSTATE (PostgreSQL manual, appendix A), or by its class, the first two characters; all others are bugs.
 * Only what a statement's values can bring about is 'rejected': an event is set aside for it.
 */
const BY_SQLSTATE = new Map<string, Failure>(
  Object.entries({
    '08': 'connection_lost', // connection exception
    '21': 'rejected', // cardinality violation
    '22': 'rejected', // data exception
    '23': 'rejected', // integrity constraint violation
    '25006': 'unavailable', // read_only_sql_transaction: a standby, or a primary that was demoted
    '25P03': 'connection_lost', // idle_in_transaction_session_timeout
    '25P04': 'connection_lost', // transaction_timeout
    '28': 'unavailable', // invalid authorization: a password that is being changed
    '3D000': 'connection_lost', // invalid_catalog_name: the database is gone
    '40': 'unavailable', // transaction rollback: serialization failure, deadlock, a standby's recovery in conflict
    '40003': 'connection_lost', // statement_completion_unknown
    '44': 'rejected', // with check option violation
    '53': 'unavailable', // insufficient resources: disk, memory, connections, temporary files
    '54': 'rejected', // program limit exceeded: an index entry too large, a value nested too deep
    '55': 'unavailable', // object not in prerequisite state: locks, among others
    '57': 'unavailable', // operator intervention: cancelled, starting up
    '57P01': 'connection_lost', // admin_shutdown
    '57P02': 'connection_lost', // crash_shutdown
    '57P04': 'connection_lost', // database_dropped
    '57P05': 'connection_lost', // idle_session_timeout
    '58': 'unavailable', // system error: I/O, a missing file
    '72': 'unavailable', // snapshot too old
    F0: 'unavailable', // configuration file error
    P0001: 'rejected', // raise_exception: a rule of somebody's trigger
    T0: 'unavailable', // ours: the trigger `head_time` refuses the time to record
    XX: 'unavailable', // internal error: damaged data, a catalogue that changed under a statement
  }),
);

/** Codes that end the session. They are needed beside the severity, as the word for FATAL is in the server's language. */
const FATAL = /^(08|28|3D000|25P0[34]|53300|57P0)/;
/** Refusals of a connection: no statement was under way. */
const NO_CONNECTION = new Set(['28000', '28P01', '53300', '57P03']);

export function classifyFailure(error: unknown): Failure {
  if (isOurMistake(error)) return 'rejected';
  if (error instanceof SessionError) return 'unavailable';
  if (!(error instanceof pg.DatabaseError)) return isConnectionError(error) ? 'connection_lost' : 'bug';
  const code = error.code ?? '';
  // PostgreSQL names the routine that did not understand a message. A pooler names none: its server is away.
  if (code === '08P01' && error.routine !== undefined) return 'bug';
  // An end of the session may come at any moment of a statement, its commit included.
  if (endsSession(error)) return NO_CONNECTION.has(code) ? 'unavailable' : 'connection_lost';
  return BY_SQLSTATE.get(code) ?? BY_SQLSTATE.get(code.slice(0, 2)) ?? 'bug';
}

/** True when the database cannot run the statement now, but may later. */
export function isUnavailable(error: unknown): boolean {
  const failure = classifyFailure(error);
  return failure === 'unavailable' || failure === 'connection_lost';
}

/** True when the statement certainly did nothing, and its connection can be used, at least for a ROLLBACK. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return classifyFailure(error) !== 'connection_lost';
  return isOurMistake(error);
}

function endsSession({ severity, code = '' }: pg.DatabaseError): boolean {
  return severity === 'FATAL' || severity === 'PANIC' || FATAL.test(code);
}

/** Values that could not be sent; pg reports broken connections and time-outs as plain errors, never as these. */
function isOurMistake(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}
