import { generationTable } from '@att/platform/projections';
import type { ClientBase } from 'pg';
import type { Projection } from '../projection.js';
import { tablesOf } from './tables-of.js';

/**
 * Has PostgreSQL gather statistics of just those columns that an index has or will have, as rows are found by no others. What
 * ANALYZE takes for the rest, arrays before all, was two fifths of the time that indexing a build took, and half of
 * autovacuum's beside projecting. Columns that only the expression or the condition of an index names count for nothing: there are none.
 *
 * @param client in the transaction that made the tables: later, autovacuum may be at them, and is waited for
 */
export async function limitStatistics(
  client: ClientBase,
  { indexes }: Projection,
  generation: number,
): Promise<void> {
  const tables = (await tablesOf(client, generation)).map((name) => generationTable(name, generation));
  // What columns indexes have is known once they are there. On tables without rows that takes a moment.
  await client.query('SAVEPOINT without_indexes');
  for (const statement of indexes(generation)) await client.query(statement);
  const { rows } = await client.query<{ statement: string }>(
    `SELECT format('ALTER TABLE %s %s', attrelid::regclass,
                   string_agg(format('ALTER COLUMN %I SET STATISTICS 0', attname), ', ')) AS statement
     FROM pg_attribute
     WHERE attrelid = ANY ($1::regclass[]) AND attnum > 0
       AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = attrelid AND attnum = ANY (indkey::int2[]))
     GROUP BY attrelid`,
    [tables],
  );
  await client.query('ROLLBACK TO SAVEPOINT without_indexes');
  for (const { statement } of rows) await client.query(statement);
}
