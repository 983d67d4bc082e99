import { type Config, ConfigError } from '@att/platform/config';
import { holdsDatabase } from '@att/platform/embedded-postgres';
import { LOG_MIGRATIONS } from '@att/platform/event-log';
import { createLogger } from '@att/platform/logging';
import { assertMigrated, createPool } from '@att/platform/postgres';
import type { Pool } from 'pg';
import { reachDatabase } from './reach-database.js';

/** For commands that work on a log that is there, whether or not a server runs on it. */
export async function withLog(
  config: Config,
  work: (pool: Pool, connectionString: string) => Promise<void>,
): Promise<void> {
  refuseToMakeOne(config);
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

/** Whoever audits a log must not be told that a new, empty one holds because a path was mistyped. */
function refuseToMakeOne({ databaseUrl, dataDirectory }: Config): void {
  if (databaseUrl !== undefined || holdsDatabase(dataDirectory)) return;
  throw new ConfigError(
    `there is no database in ${dataDirectory}: set DATA_DIR to the directory of the log, or DATABASE_URL`,
  );
}

const INSUFFICIENT_PRIVILEGE = '42501';

/** An auditor's role may read the log alone, and not which migrations ran: then the log's own tables must do. */
function unlessHidden(error: unknown): void {
  if ((error as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) throw error;
}
