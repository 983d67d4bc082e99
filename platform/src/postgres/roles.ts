import type { Pool } from 'pg';
import { DATABASE_ROLES, type DatabaseRole } from './pool.js';

/**
 * The services' roles that this user can take and that may read the log here. Empty where the database's user could not
 * make roles: the services then share that user's rights.
 */
export async function usableRoles(pool: Pool): Promise<ReadonlySet<DatabaseRole>> {
  const { rows } = await pool.query<{ rolname: DatabaseRole }>(
    `SELECT rolname FROM pg_roles
     WHERE rolname = ANY ($1) AND pg_has_role(current_user, oid, 'MEMBER')
       AND has_table_privilege(oid, 'log.events', 'SELECT')`,
    [DATABASE_ROLES],
  );
  return new Set(rows.map(({ rolname }) => rolname));
}
