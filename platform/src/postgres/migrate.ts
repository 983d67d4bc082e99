import { readdir } from 'node:fs/promises';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import type { Logger } from '../logging/index.js';
import { connectionConfig } from './pool.js';

/** The numbered forward-only `.sql` files of one schema's owner. */
export interface Migrations {
  /** The schema they make; which of them ran is kept in `public.att_migrations_<schema>`. */
  schema: string;
  directory: string;
}

export class SchemaTooNewError extends Error {
  override readonly name = 'SchemaTooNewError';
  readonly code = 'schema_too_new';
}

/**
 * Brings a schema up to date. Concurrent runs wait for each other (advisory lock).
 *
 * @throws SchemaTooNewError when a newer release has been here already: an old one must not write.
 */
export async function migrate(
  connectionString: string,
  { schema, directory }: Migrations,
  log: Logger,
): Promise<void> {
  const client = new pg.Client(connectionConfig({ connectionString, role: undefined, name: 'migrate' }));
  await client.connect();
  try {
    const migrationsTable = `att_migrations_${schema}`;
    await refuseNewer(client, migrationsTable, directory);
    const applied = await runner({
      dbClient: client,
      dir: `${directory}/*.sql`,
      useGlob: true,
      migrationsTable,
      direction: 'up',
      advisoryLockMode: 'wait',
      checkOrder: true,
      logger: silentUnlessBroken(log),
    });
    for (const { name } of applied) log.info({ schema, migration: name }, 'migrated');
  } finally {
    await client.end();
  }
}

async function refuseNewer(client: pg.Client, table: string, directory: string): Promise<void> {
  const exists = await client.query('SELECT to_regclass($1) AS found', [`public.${table}`]);
  if (exists.rows[0].found === null) return;
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM public.${table} ORDER BY run_on, id`,
  );
  const known = new Set((await readdir(directory)).map((file) => file.replace(/\.sql$/, '')));
  const unknown = rows.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  if (unknown.length > 0) {
    throw new SchemaTooNewError(
      `the database has migrations of a newer release (${unknown.join(', ')}): start that release, or restore a backup`,
    );
  }
}

function silentUnlessBroken(log: Logger) {
  const quiet = (message: unknown) => log.debug({ message: String(message) }, 'migration');
  return { debug: quiet, info: quiet, warn: quiet, error: (message: unknown) => log.error(String(message)) };
}
