import type { Pool } from 'pg';
import type { Projection } from '../fold/projection.js';

/**
 * Where builds are going: to the active generations that they are to meet, which may themselves be behind, or to
 * the log's end where this release has none to bring along.
 */
export async function readTargetPosition(pool: Pool, projections: readonly Projection[]): Promise<number> {
  const { rows } = await pool.query<{ goal: number }>({
    name: 'read-goal',
    text: `
      SELECT max(coalesce(g.position, h.position)) AS goal
      FROM log.head h
      CROSS JOIN unnest($1::text[], $2::int[]) AS p (name, version)
      LEFT JOIN projection.generations g
        ON g.projection = p.name AND g.version = p.version AND g.state = 'active'`,
    values: [projections.map(({ name }) => name), projections.map(({ version }) => version)],
  });
  return rows[0]?.goal ?? 0;
}
