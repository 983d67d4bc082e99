/** Database of the log: a given one, or the embedded one of the data directory. */
import type { Config } from '@att/platform/config';
import { startEmbeddedPostgres } from '@att/platform/embedded-postgres';
import { LOG_MIGRATIONS } from '@att/platform/event-log';
import type { Logger } from '@att/platform/logging';
import { type Migrations, migrate } from '@att/platform/postgres';
import { PROJECTION_MIGRATIONS } from '@att/projector';

export const ALL_MIGRATIONS: readonly Migrations[] = [LOG_MIGRATIONS, PROJECTION_MIGRATIONS];

export interface Database {
  connectionString: string;
  /** Name for people, without a password. */
  name: string;
  stop(): Promise<void>;
}

export async function openDatabase(config: Config, log: Logger): Promise<Database> {
  if (config.databaseUrl !== undefined) {
    return {
      connectionString: config.databaseUrl,
      name: nameForPeople(new URL(config.databaseUrl)),
      stop: async () => {},
    };
  }
  const postgres = await startEmbeddedPostgres({ dataDirectory: config.dataDirectory, log });
  return {
    connectionString: postgres.connectionString,
    name: `embedded, data in ${postgres.dataDirectory}`,
    stop: () => postgres.stop(),
  };
}

/** Name of a given database. The folder of a Unix socket is an encoded host in the URL, or a parameter. */
function nameForPeople({ host, pathname, searchParams }: URL): string {
  return `${searchParams.get('host') ?? decodeURIComponent(host)}${pathname}`;
}

/** Brings all schemas up to date, in the order that they depend on each other. */
export async function migrateAll(connectionString: string, log: Logger): Promise<void> {
  for (const migrations of ALL_MIGRATIONS) await migrate(connectionString, migrations, log);
}
