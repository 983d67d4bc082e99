import { generationTable } from '@att/platform/projections';
import type { ClientBase } from 'pg';
import { tablesOf } from './tables-of.js';

/**
 * SQL that limits statistics to the columns that an index has, as rows are found by no others. Statistics of the other columns,
 * arrays above all, took two fifths of the time of indexing a build. Columns that only the expression or the condition of an index
 * names are left out, too: no table has any.
 *
 * Run it in the transaction that creates the tables: later it may have to wait for autovacuum.
 *
 * @param client connection that sees the tables of the generation with all their indexes
 */
export async function statisticsLimits(client: ClientBase, generation: number): Promise<string> {
  const tables = (await tablesOf(client, generation)).map((name) => generationTable(name, generation));
  const { rows } = await client.query<{ statement: string }>(
    `SELECT format('ALTER TABLE %s %s', attrelid::regclass,
                   string_agg(format('ALTER COLUMN %I SET STATISTICS 0', attname), ', ')) AS statement
     FROM pg_attribute
     WHERE attrelid = ANY ($1::regclass[]) AND attnum > 0
       AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = attrelid AND attnum = ANY (indkey::int2[]))
     GROUP BY attrelid`,
    [tables],
  );
  return rows.map(({ statement }) => statement).join(';\n');
}
