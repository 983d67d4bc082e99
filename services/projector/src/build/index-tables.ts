/** What a build's tables get once they are full: statistics, vacuum, keys, and the indexes of readers. */
import { generationTable, type TableName } from '@att/platform/projections';
import type { Pool } from 'pg';
import type { Projection } from '../fold/projection.js';
import { setAutovacuum } from '../generations/set-autovacuum.js';
import { tablesOf } from '../generations/tables-of.js';
import { createKeyStatements, keyName } from '../rows/keys.js';
import { runStatements } from './run-statements.js';

export interface Indexed {
  projection: Projection;
  generation: number;
}

/** Begins anew after a crash, but for keys. Ends early when `signal` aborts. */
export async function indexTables(
  pool: Pool,
  targets: readonly Indexed[],
  signal: AbortSignal,
): Promise<void> {
  const statements: string[] = [];
  for (const target of targets) {
    await dropIndexes(pool, target);
    const names = await tablesOf(pool, target.generation);
    statements.push(...names.flatMap((name) => lookingAfter(name, target)));
  }
  statements.push(...allKeyStatements(targets));
  statements.push(...targets.flatMap(({ projection, generation }) => projection.indexes(generation)));
  await runStatements(pool, statements, signal);
  if (signal.aborted) return;
  for (const { generation } of targets) await setAutovacuum(pool, generation, true);
}

/** The keys alone, of tables that are still being filled. Ends early when `signal` aborts. */
export async function makeKeys(pool: Pool, targets: readonly Indexed[], signal: AbortSignal): Promise<void> {
  await runStatements(pool, allKeyStatements(targets), signal);
}

function allKeyStatements(targets: readonly Indexed[]): string[] {
  return targets.flatMap(({ projection: { keys }, generation }) => createKeyStatements(keys, generation));
}

/**
 * Without statistics the first readers after a switch would get the plans of empty tables, and where pages are not marked
 * they would look up in the table what their indexes have. Before the indexes, which vacuum would have to go through, too.
 * All else autovacuum does once it may: to vacuum all tables of a million events takes as long as this does here, 0.6 s, and
 * statistics of those that are read by key take 0.3 s.
 */
function lookingAfter(
  name: TableName,
  { projection: { covered = [], byKey = [] }, generation }: Indexed,
): string[] {
  const table = generationTable(name, generation);
  // One process each, as of autovacuum: of several, PostgreSQL 15 and 16 keep what they find in /dev/shm, of which Docker gives 64 MB.
  if (covered.includes(name)) return [`VACUUM (ANALYZE, PARALLEL 0) ${table}`];
  return byKey.includes(name) ? [] : [`ANALYZE ${table}`];
}

/** Those that are no keys. */
async function dropIndexes(pool: Pool, { projection, generation }: Indexed): Promise<void> {
  const tables = (await tablesOf(pool, generation)).map((name) => generationTable(name, generation));
  const { rows } = await pool.query<{ name: string }>(
    `SELECT i.indexrelid::regclass::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = ANY ($1::regclass[]) AND c.relname <> ALL ($2::text[])
       AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)`,
    [tables, projection.keys.map((key) => keyName(key, generation))],
  );
  if (rows.length > 0) await pool.query(`DROP INDEX ${rows.map(({ name }) => name).join(', ')}`);
}
