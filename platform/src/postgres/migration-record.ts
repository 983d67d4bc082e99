/** Record of a schema's migrations, stored twice: in a table, and in the comment of the schema. */
import pg from 'pg';
import type { Migrations } from './migrations.js';

export interface SchemaState {
  schemaExists: boolean;
  /** True when there is anything in it but the record. */
  isInhabited: boolean;
  /** True when it has the table that a foreign schema of this name has not. */
  hasMark: boolean;
  /** Qualified name of the record's table; undefined where there is none yet. */
  table: string | undefined;
  /** Names in the record; undefined where this user may not read it. */
  recorded: string[] | undefined;
  /** Names in the schema's comment, which goes with a dump of the schema alone; undefined where it has none. */
  noted: string[] | undefined;
}

export const recordTableOf = (schema: string) => `att_migrations_${schema}`;
const NOTE = 'Agent Task Tracker, migrations: ';

export async function readState(client: pg.ClientBase, { schema, mark }: Migrations): Promise<SchemaState> {
  const { rows } = await client.query(
    `SELECT to_regnamespace($1) IS NOT NULL AS schema_exists,
       EXISTS (SELECT FROM pg_class
         WHERE relnamespace = to_regnamespace($1) AND NOT starts_with(relname, $2)) AS is_inhabited,
       to_regclass($1 || '.' || $3) IS NOT NULL AS has_mark,
       obj_description(to_regnamespace($1)::oid, 'pg_namespace') AS note,
       to_regclass('public.' || $2) IS NOT NULL AS in_public,
       to_regclass($1 || '.' || $2) IS NOT NULL AS in_schema`,
    [schema, recordTableOf(schema), mark],
  );
  const { note, in_public: inPublic, in_schema: inSchema, ...found } = rows[0];
  const table = inPublic || inSchema ? `${inPublic ? 'public' : schema}.${recordTableOf(schema)}` : undefined;
  return {
    schemaExists: found.schema_exists,
    isInhabited: found.is_inhabited,
    hasMark: found.has_mark,
    table,
    recorded: table === undefined ? [] : await readRecord(client, table),
    noted: note?.startsWith(NOTE) ? note.slice(NOTE.length).split(', ') : undefined,
  };
}

async function readRecord(client: pg.ClientBase, table: string): Promise<string[] | undefined> {
  const may = await client.query('SELECT has_table_privilege($1, $2) AS may', [table, 'SELECT']);
  if (!may.rows[0].may) return undefined;
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${table} ORDER BY name`);
  return rows.map(({ name }) => name);
}

/** Names of the migrations that left their signs in a schema. */
export async function readSigns(client: pg.ClientBase, { signs }: Migrations): Promise<string[]> {
  const conditions = Object.entries(signs).map(([name, sign]) => `(${pg.escapeLiteral(name)}, ${sign})`);
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM (VALUES ${conditions.join(', ')}) AS signs (name, is_there) WHERE is_there ORDER BY name`,
  );
  return rows.map(({ name }) => name);
}

/**
 * The schema of the record: where it is; or else public, where this user may make tables in it; or else the schema
 * that it names.
 */
export async function recordSchemaOf(client: pg.ClientBase, schema: string): Promise<string> {
  const { rows } = await client.query(
    `SELECT CASE
       WHEN to_regclass('public.' || $2) IS NOT NULL THEN 'public'
       WHEN to_regclass($1 || '.' || $2) IS NOT NULL THEN $1
       WHEN has_schema_privilege(to_regnamespace('public')::oid, 'CREATE') THEN 'public'
       ELSE $1 END AS schema`,
    [schema, recordTableOf(schema)],
  );
  return rows[0].schema;
}

/** Makes the table as node-pg-migrate does, where it is not there. */
export async function makeRecord(client: pg.ClientBase, schema: string, recordSchema: string): Promise<void> {
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${recordSchema}.${recordTableOf(schema)} (
       id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)`,
  );
}

/** Makes the record say which migrations a schema has. */
export async function writeRecord(
  client: pg.ClientBase,
  schema: string,
  names: readonly string[],
): Promise<void> {
  const recordSchema = await recordSchemaOf(client, schema);
  const record = `${recordSchema}.${recordTableOf(schema)}`;
  await client.query('BEGIN');
  await makeRecord(client, schema, recordSchema);
  await client.query(`DELETE FROM ${record}`);
  await client.query(
    `INSERT INTO ${record} (name, run_on) SELECT name, now() FROM unnest($1::text[]) AS names (name) ORDER BY name`,
    [names],
  );
  await client.query('COMMIT');
}

/**
 * The comment goes with a dump of the schema alone. Where an administrator owns the schema there is none.
 *
 * @param names undefined: no comment
 */
export async function writeNote(
  client: pg.ClientBase,
  schema: string,
  names: readonly string[] | undefined,
): Promise<void> {
  const note = names === undefined ? null : NOTE + names.join(', ');
  const { rows } = await client.query(
    `SELECT format('COMMENT ON SCHEMA %I IS %L', nspname, $2::text) AS statement FROM pg_namespace
     WHERE nspname = $1 AND pg_has_role(nspowner, 'USAGE')
       AND obj_description(oid, 'pg_namespace') IS DISTINCT FROM $2`,
    [schema, note],
  );
  if (rows[0] !== undefined) await client.query(rows[0].statement);
}
