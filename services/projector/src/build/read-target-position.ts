import type { Pool } from 'pg';
import type { Projection } from '../fold/projection.js';

/**
 * Target position of builds: the farthest of the active generations that they are to replace, which may be behind themselves, or
 * the log's end where this release writes no active generation.
 */
export async function readTargetPosition(pool: Pool, projections: readonly Projection[]): Promise<number> {
  const { rows } = await pool.query<{ position: number }>({
    name: 'read-target-position',
    text: `
      SELECT max(coalesce(g.position, h.position)) AS position
      FROM log.head h
      CROSS JOIN unnest($1::text[], $2::int[]) AS p (name, version)
      LEFT JOIN projection.generations g
        ON g.projection = p.name AND g.version = p.version AND g.state = 'active'`,
    values: [projections.map(({ name }) => name), projections.map(({ version }) => version)],
  });
  return rows[0]?.position ?? 0;
}
