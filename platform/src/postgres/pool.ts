import type pg from 'pg';
import type { Logger } from '../logging/index.js';
import { EndingPool } from './ending-pool.js';
import { types } from './types.js';

/** Group roles that the log's migrations make; each has only the rights that its service needs. */
export const DATABASE_ROLES = ['att_ingest', 'att_projector', 'att_reader'] as const;
export type DatabaseRole = (typeof DATABASE_ROLES)[number];

export interface PoolOptions {
  connectionString: string;
  /** Undefined: the rights of the connection string's own user. */
  role: DatabaseRole | undefined;
  max: number;
  /** Seen in pg_stat_activity. */
  name: string;
  log: Logger;
  timeouts?: Timeouts | undefined;
}

/** Milliseconds; those of the server by default, and 0 for none, whatever the server's are. */
export interface Timeouts {
  /** After which the server gives a statement up, and says so. */
  statement?: number;
  /** After which the server ends a session that does nothing in an open transaction. */
  idleInTransaction?: number;
  /** After which a connection that says nothing at all is given up; none by default. */
  silence?: number;
}

/** Milliseconds after which a connection that does not come counts as refused. */
const CONNECT_TIMEOUT = 3_000;

export function connectionConfig(options: Omit<PoolOptions, 'max' | 'log' | 'timeouts'>): pg.ClientConfig {
  const role = options.role === undefined ? '' : ` -c role=${options.role}`;
  return {
    connectionString: options.connectionString,
    application_name: `att-${options.name}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    // Time zone and role travel with the start of the connection: no statement to forget, no round trip.
    options: `-c TimeZone=UTC -c DateStyle=ISO${role}`,
    keepAlive: true,
    types,
  };
}

/**
 * A pool whose broken connections are replaced: idle ones are logged, and of others whoever uses them is told.
 * Its `end` takes 6 s at most.
 */
export function createPool(options: PoolOptions): pg.Pool {
  const { timeouts } = options;
  const config = connectionConfig(options);
  const pool = new EndingPool({
    ...config,
    max: options.max,
    options: `${config.options}${settings(timeouts)}`,
    ...(timeouts?.silence === undefined ? {} : { query_timeout: timeouts.silence }),
  });
  pool.on('error', (error) => {
    // pg does not wait until its connections are closed: a server that stops right after may still say so to one.
    if (pool.ending) return;
    options.log.warn({ pool: options.name, reason: error.message }, 'idle database connection lost');
  });
  // The statement under way rejects; without a listener the event besides would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Not by the settings that pg has for them: it leaves out a 0. */
function settings({ statement, idleInTransaction }: Timeouts = {}): string {
  const limit = (name: string, value: number | undefined) =>
    value === undefined ? '' : ` -c ${name}=${value}`;
  return (
    limit('statement_timeout', statement) + limit('idle_in_transaction_session_timeout', idleInTransaction)
  );
}
