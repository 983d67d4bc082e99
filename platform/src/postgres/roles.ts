import type { Pool } from 'pg';

/** Group roles that the log's migrations make; each has only the rights that its service needs. */
export const DATABASE_ROLES = ['att_ingest', 'att_projector', 'att_reader'] as const;
export type DatabaseRole = (typeof DATABASE_ROLES)[number];

/**
 * The services' roles that this user can take and that may read the log here. Empty where the database's user could not
 * make roles: the services then share that user's rights.
 */
export async function usableRoles(pool: Pool): Promise<ReadonlySet<DatabaseRole>> {
  const { rows } = await pool.query<{ rolname: DatabaseRole }>(
    `SELECT rolname FROM pg_roles
     WHERE rolname = ANY ($1)
       AND pg_has_role(current_user, oid,
             CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)
       AND has_table_privilege(oid, 'log.events', 'SELECT')`,
    [DATABASE_ROLES],
  );
  return new Set(rows.map(({ rolname }) => rolname));
}
