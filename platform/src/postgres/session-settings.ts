/**
 * Settings that every session needs, whatever an administrator has set for the server, the database or the role, and whatever
 * stands between: PgBouncer drops startup parameters, and a connection string's `options` replaces ours. Each is set
 * even where it has its value already: what a session did not set itself changes with the server's next reload.
 */
import pg from 'pg';
import type { DatabaseRole } from './roles.js';

/** Milliseconds; 0 for none. */
export interface ServerTimeouts {
  /** Time after which the server gives a statement up, with an error; none by default. */
  statement?: number;
  /** Time after which a statement that waits for a lock is given up; none by default. */
  lock?: number;
  /** Time after which the server ends a session that does nothing in an open transaction; none by default. */
  idleInTransaction?: number;
}

export interface SessionNeeds {
  /** Undefined: the rights of the connection string's own user. */
  role: DatabaseRole | undefined;
  timeouts?: ServerTimeouts | undefined;
}

/** Settings that decide what a value means, how it is written, and what is found: a wrong answer would look right. */
const MEANING: Record<string, string> = {
  client_encoding: 'UTF8',
  TimeZone: 'UTC',
  timezone_abbreviations: 'Default',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  quote_all_identifiers: 'off',
  // A policy that hides rows makes a read fail, instead of leaving them out.
  row_security: 'off',
  // Search would otherwise be answered with some of what is found.
  gin_fuzzy_search_limit: '0',
};

/** Behaviour of transactions. Appends compare and set under read committed; others would fail nearly all of them. */
const TRANSACTIONS: Record<string, string> = {
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  exit_on_error: 'off',
};

/** Place of read models' tables: one where the service's role may make them, and that takes updates. */
const TABLES: Record<string, string> = { default_tablespace: '', default_table_access_method: 'heap' };

/**
 * Statements here are short and many: compiling them, a plan for any value, or a worker (8 ms to start one) costs more than
 * running them.
 */
const PLANS: Record<string, string> = {
  jit: 'off',
  plan_cache_mode: 'auto',
  max_parallel_workers_per_gather: '0',
};

/**
 * Size of the list in which a GIN index keeps new entries until it sorts them in. Every search reads the whole list, and vacuum, which
 * empties it, comes only minutes after a burst: with the server's 4 MB a search takes 2.7 times as much of a processor, and filling
 * the index with 1 MB takes 9 % more.
 */
const INDEXES: Record<string, string> = { gin_pending_list_limit: '1MB' };

/** Each with its value as the server shows it. */
export function settingsOf({ role, timeouts = {} }: SessionNeeds): Record<string, string> {
  return {
    ...MEANING,
    ...TRANSACTIONS,
    ...TABLES,
    ...PLANS,
    ...INDEXES,
    statement_timeout: shownTime(timeouts.statement ?? 0),
    idle_in_transaction_session_timeout: shownTime(timeouts.idleInTransaction ?? 0),
    lock_timeout: shownTime(timeouts.lock ?? 0),
    idle_session_timeout: '0',
    transaction_timeout: '0',
    role: role ?? 'none',
  };
}

/** Settings for administrators alone: they are set only where they differ, by a user who may, and before the role is taken. */
const PRIVILEGED: Record<string, string> = { session_replication_role: 'origin' };

/** Two are no fixed value: see `setUpStatement`. */
const COMPUTED = ['search_path', 'synchronous_commit'];

/**
 * Sets all of it and reads all of it back, in one message to the server. The first statements make names mean what
 * they say for those that follow.
 *
 * - What a session before left in a server connection that a pooler hands on is dropped.
 * - search_path: pg_catalog (which comes first without being named), and pg_trgm's operators wherever they stand.
 * - synchronous_commit: an acknowledged event is on the disk; a stronger setting of an administrator is kept.
 */
export function setUpStatement(needs: SessionNeeds): string {
  const wanted = { ...settingsOf(needs), ...PRIVILEGED };
  const names = [...Object.keys(wanted), ...COMPUTED];
  return `
    SELECT pg_catalog.set_config('role', 'none', false),
      pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false);
    DEALLOCATE ALL;
    UNLISTEN *;
    SELECT set_config(name, value, false)
    FROM (VALUES ${rows(Object.entries(PRIVILEGED))}) AS wanted (name, value)
    WHERE current_setting(name, true) <> value AND has_parameter_privilege(name, 'SET');
    SELECT set_config(name, value, false)
    FROM (VALUES ${rows(Object.entries(settingsOf(needs)))}) AS wanted (name, value)
    WHERE current_setting(name, true) IS NOT NULL;
    SELECT set_config('synchronous_commit', CASE WHEN now IN ('off', 'local') THEN 'on' ELSE now END, false)
    FROM current_setting('synchronous_commit') AS now;
    SELECT set_config('search_path', concat_ws(', ', (
      SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
      WHERE extname = 'pg_trgm' AND nspname <> 'pg_catalog'), 'pg_temp'), false);
    SELECT pg_backend_pid() AS pid, current_user::text AS user_name, ARRAY(
      SELECT current_setting(name, true) FROM (VALUES ${rows(names.map((name, at) => [name, at]))}) AS set (name, at)
      ORDER BY at) AS values`;
}

export interface ReadBack {
  pid: number;
  user_name: string;
  /** Values in the order of the question; null for a setting that this server's release does not have. */
  values: (string | null)[];
}

/** Names and values that are not as they were set; empty as a rule. */
export function notAsSet(needs: SessionNeeds, { user_name, values }: ReadBack): string[] {
  const wanted = { ...settingsOf(needs), ...PRIVILEGED };
  const wrong = Object.entries(wanted).flatMap(([name, value], at) => {
    const found = values[at];
    return found === null || found === value ? [] : [`${name} is ${found} instead of ${value}`];
  });
  const commit = values.at(-1);
  if (commit === 'off' || commit === 'local') wrong.push(`synchronous_commit is ${commit} instead of on`);
  if (needs.role !== undefined && user_name !== needs.role) {
    wrong.push(`the current user is ${user_name} instead of ${needs.role}`);
  }
  return wrong;
}

function rows(entries: readonly (readonly [string, string | number])[]): string {
  return entries.map((entry) => `(${entry.map(literal).join(', ')})`).join(', ');
}

const literal = (value: string | number) => (typeof value === 'number' ? value : pg.escapeLiteral(value));

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** Milliseconds in the largest unit that holds them whole, as PostgreSQL shows a time. */
function shownTime(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, size]) => milliseconds % size === 0) ?? ['ms', 1];
  return milliseconds === 0 ? '0' : `${milliseconds / size}${unit}`;
}
