import type { Config } from '@att/platform/config';
import { EmbeddedPostgresError, recordedConnectionString } from '@att/platform/embedded-postgres';
import type { Logger } from '@att/platform/logging';
import { type Database, openDatabase } from './database.js';

/**
 * Database for a command that may run beside a server: the embedded one is started for as long as
 * the command takes or, when a server runs it already, used as it is.
 */
export async function reachDatabase(config: Config, log: Logger): Promise<Database> {
  try {
    return await openDatabase(config, log);
  } catch (error) {
    const inUse = error instanceof EmbeddedPostgresError && error.code === 'data_directory_in_use';
    const connectionString = inUse ? recordedConnectionString(config.dataDirectory) : undefined;
    if (connectionString === undefined) throw error;
    return { connectionString, name: 'embedded, already running', stop: async () => {} };
  }
}
