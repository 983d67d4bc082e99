import { generationTable } from '@att/platform/projections';
import type { ClientBase, Pool } from 'pg';
import { inTransaction } from '../in-transaction.js';
import type { Projection } from '../projection.js';
import { FencedError } from './move-checkpoint.js';
import { tablesOf } from './tables-of.js';

/** The tables of a build, without what only readers need. @throws FencedError when it was cancelled */
export async function makeTables(pool: Pool, { tables }: Projection, generation: number): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      "UPDATE projection.generations SET has_tables = true WHERE id = $1 AND state = 'building' AND NOT has_tables",
      [generation],
    );
    if (rowCount !== 1) throw new FencedError('the build was cancelled');
    await client.query(tables(generation));
    await leaveArraysOutOfStatistics(client, generation);
  });
}

/**
 * No reader asks what is in an array: its row is found by its key. What ANALYZE gathers of their elements was a third of
 * the time that indexing a build took, and half of what autovacuum took beside projecting.
 */
async function leaveArraysOutOfStatistics(client: ClientBase, generation: number): Promise<void> {
  const tables = (await tablesOf(client, generation)).map((name) => generationTable(name, generation));
  const { rows } = await client.query<{ statement: string }>(
    `SELECT format('ALTER TABLE %s %s', attrelid::regclass,
                   string_agg(format('ALTER COLUMN %I SET STATISTICS 0', attname), ', ')) AS statement
     FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
     WHERE attrelid = ANY ($1::regclass[]) AND attnum > 0 AND typcategory = 'A'
     GROUP BY attrelid`,
    [tables],
  );
  for (const { statement } of rows) await client.query(statement);
}
