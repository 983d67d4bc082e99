/** Finishes the tables of a build once they are full: statistics, vacuum, keys, and the indexes of readers. */
import { generationTable, type TableName } from '@att/platform/projections';
import type { Pool } from 'pg';
import type { Projection } from '../fold/projection.js';
import { setAutovacuum } from '../generations/set-autovacuum.js';
import { tablesOf } from '../generations/tables-of.js';
import type { WritableGeneration } from '../generations/writable-generation.js';
import { createKeyStatements, keyName } from '../rows/keys.js';
import { runStatements } from './run-statements.js';

/** Starts over after a crash, but keeps keys that are there. Ends early when `signal` aborts. */
export async function indexTables(
  pool: Pool,
  builds: readonly WritableGeneration[],
  signal: AbortSignal,
): Promise<void> {
  const statements: string[] = [];
  for (const { projection, generation } of builds) {
    await dropIndexes(pool, projection, generation.id);
    const names = await tablesOf(pool, generation.id);
    statements.push(...names.flatMap((name) => maintenanceOf(name, projection, generation.id)));
  }
  statements.push(...keyStatementsOf(builds));
  statements.push(...builds.flatMap(({ projection, generation }) => projection.indexes(generation.id)));
  await runStatements(pool, statements, signal);
  if (signal.aborted) return;
  for (const { generation } of builds) await setAutovacuum(pool, generation.id, true);
}

/** Makes the keys alone, while tables are still being filled. Ends early when `signal` aborts. */
export async function makeKeys(
  pool: Pool,
  builds: readonly WritableGeneration[],
  signal: AbortSignal,
): Promise<void> {
  await runStatements(pool, keyStatementsOf(builds), signal);
}

function keyStatementsOf(builds: readonly WritableGeneration[]): string[] {
  return builds.flatMap(({ projection, generation }) => createKeyStatements(projection.keys, generation.id));
}

/**
 * Statements for a table before readers come to it. Without statistics they would get the plans of an empty table, and where
 * vacuum has not marked its pages they would look up in the table what an index has. Both run before indexes are made, as
 * vacuum would go through those, too. Everything else is left to autovacuum: to vacuum every table would double the time.
 */
function maintenanceOf(
  name: TableName,
  { covered = [], byKey = [] }: Projection,
  generation: number,
): string[] {
  const table = generationTable(name, generation);
  // A single process, as autovacuum has: of several, PostgreSQL 15 and 16 keep their findings in /dev/shm, of which Docker gives 64 MB.
  if (covered.includes(name)) return [`VACUUM (ANALYZE, PARALLEL 0) ${table}`];
  return byKey.includes(name) ? [] : [`ANALYZE ${table}`];
}

/** Drops all indexes but keys. */
async function dropIndexes(pool: Pool, projection: Projection, generation: number): Promise<void> {
  const tables = (await tablesOf(pool, generation)).map((name) => generationTable(name, generation));
  const { rows } = await pool.query<{ name: string }>(
    `SELECT i.indexrelid::regclass::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = ANY ($1::regclass[]) AND c.relname <> ALL ($2::text[])
       AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)`,
    [tables, projection.keys.map((key) => keyName(key, generation))],
  );
  if (rows.length > 0) await pool.query(`DROP INDEX ${rows.map(({ name }) => name).join(', ')}`);
}
