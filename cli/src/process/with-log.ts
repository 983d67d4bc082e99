import { type Config, ConfigError } from '@att/platform/config';
import { holdsDatabase } from '@att/platform/embedded-postgres';
import { LOG_MIGRATIONS } from '@att/platform/event-log';
import { createLogger } from '@att/platform/logging';
import { assertMigrated, createPool, SQLSTATE, sqlStateOf } from '@att/platform/postgres';
import type { Pool } from 'pg';
import { reachDatabase } from './reach-database.js';

/** Runs a command's work on an existing log, whether or not a server runs on it. */
export async function withLog(
  config: Config,
  work: (pool: Pool, connectionString: string) => Promise<void>,
): Promise<void> {
  refuseMissingDatabase(config);
  const log = createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel);
  const database = await reachDatabase(config, log);
  const { connectionString } = database;
  try {
    await assertMigrated(connectionString, LOG_MIGRATIONS, 'read').catch(unlessHidden);
    const pool = createPool({ connectionString, role: undefined, max: 2, name: 'cli', log });
    try {
      await work(pool, connectionString);
    } finally {
      await pool.end();
    }
  } finally {
    await database.stop();
  }
}

/** Refuses to create a database: an auditor who mistyped a path must not read that a new, empty log holds. */
function refuseMissingDatabase({ databaseUrl, dataDirectory }: Config): void {
  if (databaseUrl !== undefined || holdsDatabase(dataDirectory)) return;
  throw new ConfigError(
    `there is no database in ${dataDirectory}: set DATA_DIR to the directory of the log, or DATABASE_URL`,
  );
}

/** Handler for a role that may not read which migrations ran: an auditor's role may read the log alone. */
function unlessHidden(error: unknown): void {
  if (sqlStateOf(error) !== SQLSTATE.insufficientPrivilege) throw error;
}
