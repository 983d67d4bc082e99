import { readdir } from 'node:fs/promises';
import { runner } from 'node-pg-migrate';
import type pg from 'pg';
import type { Logger } from '../logging/index.js';
import { connectionConfig } from './pool.js';
import { refuseOldServer } from './server-version.js';
import { Session } from './session.js';

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

export class SchemaNotCurrentError extends Error {
  override readonly name = 'SchemaNotCurrentError';
  readonly code = 'schema_not_current';
}

/**
 * Brings a schema up to date. Concurrent runs wait for each other (advisory lock).
 *
 * @throws SchemaTooNewError when a newer release has been here already: an old one must not write.
 * @throws ServerTooOldError
 */
export async function migrate(
  connectionString: string,
  { schema, directory }: Migrations,
  log: Logger,
): Promise<void> {
  const client = new Session(connectionConfig({ connectionString, role: undefined, name: 'migrate' }));
  await client.connect();
  try {
    await refuseOldServer(client);
    const { missing } = await compare(client, schema, directory);
    if (missing.length === 0) return;
    const applied = await runner({
      dbClient: client,
      dir: directory,
      migrationsTable: tableOf(schema),
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

/**
 * For a process that does not migrate by itself.
 *
 * @throws SchemaTooNewError
 * @throws SchemaNotCurrentError
 * @throws ServerTooOldError
 */
export async function assertMigrated(
  connectionString: string,
  { schema, directory }: Migrations,
): Promise<void> {
  const client = new Session(connectionConfig({ connectionString, role: undefined, name: 'migrate' }));
  await client.connect();
  try {
    await refuseOldServer(client);
    const { missing } = await compare(client, schema, directory);
    if (missing.length === 0) return;
    throw new SchemaNotCurrentError(
      `the database lacks the migrations ${missing.join(', ')} of schema ${schema}: run att migrate (att start does it by itself)`,
    );
  } finally {
    await client.end();
  }
}

/** @returns names of the migrations that have not run */
async function compare(client: pg.Client, schema: string, directory: string): Promise<{ missing: string[] }> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql'));
  const known = files.map((file) => file.slice(0, -'.sql'.length)).sort();
  const applied = await readApplied(client, tableOf(schema));
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new SchemaTooNewError(
      `the database has migrations of a newer release (${unknown.join(', ')}): start that release, or restore a backup`,
    );
  }
  return { missing: known.filter((name) => !applied.includes(name)) };
}

const tableOf = (schema: string) => `att_migrations_${schema}`;

async function readApplied(client: pg.Client, table: string): Promise<string[]> {
  const exists = await client.query('SELECT to_regclass($1) AS found', [`public.${table}`]);
  if (exists.rows[0].found === null) return [];
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM public.${table}`);
  return rows.map(({ name }) => name);
}

function silentUnlessBroken(log: Logger) {
  const quiet = (message: unknown) => log.debug({ message: String(message) }, 'migration');
  return { debug: quiet, info: quiet, warn: quiet, error: (message: unknown) => log.error(String(message)) };
}
