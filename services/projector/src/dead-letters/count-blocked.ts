import type { ProjectionName } from '@att/platform/projections';
import type { Pool } from 'pg';

/** Number of blocked tasks in the active generation of a projection. */
export interface BlockedCount {
  projection: ProjectionName;
  tasks: number;
}

/** Blocked tasks of every projection that has an active generation, also where there are none. */
export async function countBlocked(pool: Pool): Promise<BlockedCount[]> {
  const { rows } = await pool.query<BlockedCount>({
    name: 'count-blocked',
    text: `
      SELECT g.projection, (SELECT count(*) FROM projection.dead_letters d WHERE d.generation = g.id) AS tasks
      FROM projection.generations g
      WHERE g.state = 'active'
      ORDER BY g.projection`,
  });
  return rows;
}

/** Text for people: `blocked tasks: 3 in stats, 1 in tasks`; undefined where there are none. */
export function blockedText(counts: readonly BlockedCount[]): string | undefined {
  const some = counts.filter(({ tasks }) => tasks > 0);
  if (some.length === 0) return undefined;
  return `blocked tasks: ${some.map(({ projection, tasks }) => `${tasks} in ${projection}`).join(', ')}`;
}
