import type pg from 'pg';
import type { Logger } from '../logging/index.js';
import { ownParametersOf } from './connection-string.js';
import { EndingPool } from './ending-pool.js';
import type { DatabaseRole } from './roles.js';
import { Session, type SessionConfig } from './session.js';
import type { ServerTimeouts } from './session-settings.js';
import { types } from './types.js';

export interface PoolOptions {
  connectionString: string;
  /** Undefined: the rights of the connection string's own user. */
  role: DatabaseRole | undefined;
  max: number;
  /** Seen in pg_stat_activity. */
  name: string;
  log: Logger;
  timeouts?: Timeouts | undefined;
  /** Called with each new connection before it is lent; when it rejects, the caller's `connect` does. */
  onConnect?: ((client: pg.ClientBase) => Promise<void>) | undefined;
}

export interface Timeouts extends ServerTimeouts {
  /** Milliseconds after which a connection that says nothing at all is given up; none by default. */
  silence?: number;
}

/** Milliseconds after which a connection that does not come counts as refused. */
const CONNECT_TIMEOUT = 3_000;

/** Configuration of a `Session`, which sets all that a session must have: nothing travels in startup parameters. */
export function connectionConfig({
  connectionString,
  role,
  name,
  timeouts,
}: Omit<PoolOptions, 'max' | 'log' | 'onConnect'>): SessionConfig {
  return {
    connectionString: ownParametersOf(connectionString),
    application_name: `att-${name}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    types,
    needs: { role, timeouts },
    ...(timeouts?.silence === undefined ? {} : { query_timeout: timeouts.silence }),
  };
}

/**
 * A pool that replaces broken connections. The loss of an idle one is logged; that of another fails its caller's query.
 * Its `end` takes 6 s at most.
 */
export function createPool(options: PoolOptions): pg.Pool {
  const { max, onConnect } = options;
  const config = { ...connectionConfig(options), max, onConnect, Client: Session };
  const pool = new EndingPool(config as unknown as pg.PoolConfig);
  pool.on('error', (error) => {
    // pg does not wait until its connections are closed: a server that stops right after may still say so to one.
    if (pool.ending) return;
    options.log.warn({ pool: options.name, reason: error.message }, 'idle database connection lost');
  });
  // The statement under way rejects; without a listener the event besides would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
