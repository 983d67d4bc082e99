import type { ProjectionName } from '@att/platform/projections';
import type { Pool } from 'pg';

/** How many tasks stand still in the generation that serves. */
export interface Standing {
  projection: ProjectionName;
  tasks: number;
}

/** Every projection that serves, also those in which none does. */
export async function countBlocked(pool: Pool): Promise<Standing[]> {
  const { rows } = await pool.query<Standing>({
    name: 'count-standing',
    text: `
      SELECT g.projection, (SELECT count(*) FROM projection.dead_letters d WHERE d.generation = g.id) AS tasks
      FROM projection.generations g
      WHERE g.state = 'active'
      ORDER BY g.projection`,
  });
  return rows;
}

/** For people: `tasks stand still: 3 in stats, 1 in tasks`; undefined where none does. */
export function blockedText(standing: readonly Standing[]): string | undefined {
  const some = standing.filter(({ tasks }) => tasks > 0);
  if (some.length === 0) return undefined;
  return `tasks stand still: ${some.map(({ projection, tasks }) => `${tasks} in ${projection}`).join(', ')}`;
}
