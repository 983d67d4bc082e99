import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PG_MIGRATE_LOCK_ID, runner } from 'node-pg-migrate';
import type { Logger } from '../logging/index.js';
import { refuseUnfitDatabase } from './database-check.js';
import {
  makeRecord,
  readSigns,
  readState,
  recordSchemaOf,
  recordTableOf,
  type SchemaState,
  writeNote,
  writeRecord,
} from './migration-record.js';
import type { Migrations } from './migrations.js';
import { connectionConfig } from './pool.js';
import { refuseTransactionPooling } from './pooling.js';
import { Session } from './session.js';
import { UnfitDatabaseError } from './unfit-database.js';

/**
 * Brings a schema up to date. Concurrent runs wait for each other (advisory lock).
 *
 * @throws UnfitDatabaseError, ServerTooOldError, SessionError, each with what to do
 */
export async function migrate(connectionString: string, migrations: Migrations, log: Logger): Promise<void> {
  await withSession(connectionString, async (client) => {
    await refuseUnfitDatabase(client, 'write');
    await client.query(`SELECT pg_advisory_lock(${PG_MIGRATE_LOCK_ID})`);
    await bringUpToDate(client, migrations, log);
  });
}

/**
 * Checks the migrations for a process that does not migrate by itself.
 *
 * @param access `read` for one that only looks at the log, and may do so on a standby
 * @throws UnfitDatabaseError, ServerTooOldError, SessionError, each with what to do
 */
export async function assertMigrated(
  connectionString: string,
  migrations: Migrations,
  access: 'read' | 'write' = 'write',
): Promise<void> {
  await withSession(connectionString, async (client) => {
    await refuseUnfitDatabase(client, access);
    const state = await readState(client, migrations);
    const known = await namesIn(migrations.directory);
    const applied = state.recorded ?? state.noted ?? [];
    refuseNewer(state, known, migrations);
    // A user who may read the log alone, and neither the record nor a comment, finds out by reading.
    if (access === 'read' && state.recorded === undefined && state.noted === undefined) return;
    const missing = state.schemaExists ? known.filter((name) => !applied.includes(name)) : known;
    if (missing.length === 0) return;
    throw new UnfitDatabaseError(
      'schema_not_current',
      `the database lacks the migrations ${missing.join(', ')} of schema ${migrations.schema}: run att migrate (att start does it by itself)`,
    );
  });
}

async function withSession(connectionString: string, work: (client: Session) => Promise<void>) {
  const client = new Session(connectionConfig({ connectionString, role: undefined, name: 'migrate' }));
  await client.connect();
  try {
    await refuseTransactionPooling(client, connectionString);
    await work(client);
  } finally {
    // The locks end with the session.
    await client.end();
  }
}

async function bringUpToDate(client: Session, migrations: Migrations, log: Logger): Promise<void> {
  const { schema, directory } = migrations;
  const known = await namesIn(directory);
  const state = await readState(client, migrations);
  refuseNewer(state, known, migrations);
  const applied = await reconcile(client, state, migrations, log);
  if (!state.schemaExists) await client.query(`CREATE SCHEMA ${schema}`);
  if (known.some((name) => !applied.includes(name))) {
    // A run may be cut off between two migrations: until all of them ran, the record alone says which did.
    await writeNote(client, schema, undefined);
    await runMissing(client, migrations, log);
  }
  await writeNote(client, schema, known);
  for (const file of await repeatableIn(directory)) await client.query(await readFile(file, 'utf8'));
}

async function runMissing(client: Session, { schema, directory }: Migrations, log: Logger): Promise<void> {
  const recordSchema = await recordSchemaOf(client, schema);
  await makeRecord(client, schema, recordSchema);
  const applied = await runner({
    dbClient: client,
    dir: directory,
    migrationsTable: recordTableOf(schema),
    migrationsSchema: recordSchema,
    direction: 'up',
    noLock: true,
    // The runner's order is by time of day, and a zone or a clock that was set makes another one.
    checkOrder: false,
    logger: quiet(log),
  });
  for (const { name } of applied) log.info({ schema, migration: name }, 'migrated');
}

/**
 * Makes the record say what the schema has: one of the two may have come from a dump without the other.
 *
 * @returns names of the migrations that the schema has
 */
async function reconcile(client: Session, state: SchemaState, migrations: Migrations, log: Logger) {
  const { schema, mark } = migrations;
  const { recorded, noted, table, isInhabited, hasMark } = state;
  if (recorded === undefined) {
    throw new UnfitDatabaseError(
      'not_the_owner',
      `the table ${table} says what the schema ${schema} has, and this user may not read it: connect as its owner`,
    );
  }
  if (isInhabited && !hasMark) {
    throw new UnfitDatabaseError(
      'schema_taken',
      `the schema ${schema} of this database belongs to something else, as it has no table ${schema}.${mark}: use a database of its own`,
    );
  }
  const has = isInhabited
    ? (noted ?? (recorded.length > 0 ? recorded : await readSigns(client, migrations)))
    : [];
  if (has.join() === recorded.join()) return has;
  log.warn(
    { schema, recorded, has },
    'the schema and the record of its migrations do not belong together, as after a restore: going by the schema',
  );
  await writeRecord(client, schema, has);
  return has;
}

/** An old release must not write where a newer one has been. Of a schema that is gone the record counts for nothing. */
function refuseNewer(
  { schemaExists, recorded = [], noted = [] }: SchemaState,
  known: readonly string[],
  { schema, wayBack }: Migrations,
) {
  const applied = schemaExists ? [...recorded, ...noted] : [];
  const unknown = [...new Set(applied)].filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new UnfitDatabaseError(
    'schema_too_new',
    `the database has migrations of a newer release in the schema ${schema} (${unknown.join(', ')}), and this one ` +
      `cannot undo them: start that release, or restore a backup; ${wayBack}`,
  );
}

async function namesIn(directory: string): Promise<string[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql'));
  return files.map((file) => file.slice(0, -'.sql'.length)).sort();
}

async function repeatableIn(directory: string): Promise<string[]> {
  const folder = join(directory, 'repeatable');
  return (await readdir(folder)).sort().map((file) => join(folder, file));
}

/** Logger for the runner: failures are thrown, and so are said once. */
function quiet(log: Logger) {
  const say = (message: unknown) => log.debug({ message: String(message) }, 'migration');
  return { debug: say, info: say, warn: say, error: say };
}
