/** Checks that a start makes before it does anything: a database that is not fit is refused in a sentence. */
import type { ClientBase } from 'pg';
import { refuseOldServer } from './server-version.js';
import { UnfitDatabaseError } from './unfit-database.js';

export interface DatabaseFacts {
  database: string;
  user_name: string;
  encoding: string;
  in_recovery: boolean;
  may_create: boolean;
  has_schemas: boolean;
  trgm_available: boolean;
  /** Undefined where the extension is not installed. */
  trgm_schema: string | null;
  trgm_in_reach: boolean;
}

/**
 * @param access `read` for a process that only reads
 * @throws UnfitDatabaseError, ServerTooOldError
 */
export async function refuseUnfitDatabase(client: ClientBase, access: 'read' | 'write'): Promise<void> {
  await refuseOldServer(client);
  const { rows } = await client.query<DatabaseFacts>(READ_FACTS);
  const error = whatIsWrong(rows[0] as DatabaseFacts, access);
  if (error !== undefined) throw error;
}

/** Settings of the server with which it may lose what it said was kept; only its administrator can change them. */
export async function readCarelessSettings(client: Pick<ClientBase, 'query'>): Promise<string[]> {
  const { rows } = await client.query<{ setting: string }>(`
    SELECT name || ' = ' || current_setting(name) AS setting
    FROM (VALUES ('fsync', 'off'), ('full_page_writes', 'off'), ('zero_damaged_pages', 'on'),
      ('ignore_checksum_failure', 'on')) AS careless (name, value)
    WHERE current_setting(name, true) = value`);
  return rows.map(({ setting }) => setting);
}

/** Names of installed extensions and of available ones are catalogue rows that everybody may read. */
const READ_FACTS = `
  SELECT current_database()::text AS database, current_user::text AS user_name,
    current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS in_recovery,
    has_database_privilege(current_database(), 'CREATE') AS may_create,
    to_regnamespace('log') IS NOT NULL AND to_regnamespace('projection') IS NOT NULL AS has_schemas,
    EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') AS trgm_available,
    trgm.nspname::text AS trgm_schema,
    coalesce(has_schema_privilege(trgm.oid, 'USAGE'), true)
      AND coalesce(has_schema_privilege(to_regrole('att_projector')::oid, trgm.oid, 'USAGE'), true) AS trgm_in_reach
  FROM (SELECT) AS always
  LEFT JOIN (SELECT n.oid, n.nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
    WHERE extname = 'pg_trgm') AS trgm ON true`;

export function whatIsWrong(facts: DatabaseFacts, access: 'read' | 'write'): UnfitDatabaseError | undefined {
  const { database, user_name: user } = facts;
  if (facts.encoding !== 'UTF8') {
    return new UnfitDatabaseError(
      'wrong_encoding',
      `the database ${database} has the encoding ${facts.encoding}, in which most texts cannot be kept: make one with ` +
        `CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and name it in DATABASE_URL`,
    );
  }
  if (access === 'read') return undefined;
  if (facts.in_recovery) {
    return new UnfitDatabaseError(
      'in_recovery',
      'the database is a standby, or is being recovered, and takes no writes: name the primary in DATABASE_URL, or promote this one',
    );
  }
  if (!facts.has_schemas && !facts.may_create) {
    return new UnfitDatabaseError(
      'may_not_create',
      `the user ${user} may not make schemas in the database ${database}: an administrator can say ` +
        `GRANT CREATE ON DATABASE ${database} TO ${user}, or make the schemas log and projection with AUTHORIZATION ${user}`,
    );
  }
  return trgmProblem(facts);
}

function trgmProblem(facts: DatabaseFacts): UnfitDatabaseError | undefined {
  const { database, user_name: user, trgm_schema: schema } = facts;
  if (schema === null && !facts.trgm_available) {
    return new UnfitDatabaseError(
      'no_extension',
      'task search needs the extension pg_trgm, which this server does not have: install PostgreSQL’s contrib package',
    );
  }
  if (schema === null && !facts.may_create) {
    return new UnfitDatabaseError(
      'no_extension',
      `task search needs the extension pg_trgm, which the user ${user} may not create in the database ${database}: ` +
        'have an administrator run CREATE EXTENSION pg_trgm there',
    );
  }
  if (facts.trgm_in_reach) return undefined;
  return new UnfitDatabaseError(
    'extension_out_of_reach',
    `the extension pg_trgm is in the schema ${schema}, which the services may not use: an administrator can say ` +
      `GRANT USAGE ON SCHEMA ${schema} TO PUBLIC, or ALTER EXTENSION pg_trgm SET SCHEMA public`,
  );
}
