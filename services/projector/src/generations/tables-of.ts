import type { TableName } from '@att/platform/projections';
import type { ClientBase, Pool } from 'pg';

/** Names of the tables of a generation, without the suffix that each generation adds. */
export async function tablesOf(client: ClientBase | Pool, generation: number): Promise<TableName[]> {
  const { rows } = await client.query<{ name: TableName }>(
    `SELECT left(tablename, -length($1)) AS name FROM pg_tables
     WHERE schemaname = 'projection' AND right(tablename, length($1)) = $1
     ORDER BY name`,
    [`_g${generation}`],
  );
  return rows.map(({ name }) => name);
}
