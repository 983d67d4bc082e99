import type { Pool } from 'pg';

/**
 * Schemas and tables that the services' reading role may read and the session's user may not; none where the database has
 * no such role. Tables of later generations get the rights of these.
 */
export async function readMissingRights(replica: Pool): Promise<string[]> {
  const { rows } = await replica.query<{ name: string }>(`
    WITH reader AS (SELECT oid FROM pg_roles WHERE rolname = 'att_reader'),
         readable AS (
           SELECT s.oid, s.nspname
           FROM reader, pg_namespace s
           WHERE s.nspname IN ('log', 'projection') AND has_schema_privilege(reader.oid, s.oid, 'USAGE')
         )
    SELECT 'the schema ' || nspname AS name FROM readable WHERE NOT has_schema_privilege(oid, 'USAGE')
    UNION ALL
    SELECT nspname || '.' || relname
    FROM reader, readable JOIN pg_class ON relnamespace = readable.oid
    WHERE relkind IN ('r', 'p', 'v')
      AND has_table_privilege(reader.oid, pg_class.oid, 'SELECT') AND NOT has_table_privilege(pg_class.oid, 'SELECT')
    ORDER BY name DESC`);
  return rows.map(({ name }) => name);
}
