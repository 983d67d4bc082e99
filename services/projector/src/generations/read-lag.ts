import type { ProjectionName } from '@att/platform/projections';
import type { Pool } from 'pg';

/** How far an active generation is behind the log. */
export interface Lag {
  projection: ProjectionName;
  events: number;
  /** Wire time of the oldest event that it has not applied; null when it has them all. */
  since: string | null;
}

/** Three look-ups by key, whatever the size of the log. */
export async function readLag(pool: Pool): Promise<Lag[]> {
  const { rows } = await pool.query<Lag>({
    name: 'read-lag',
    text: `
      SELECT g.projection, greatest(h.position - g.position, 0) AS events, e.recorded_at AS since
      FROM log.head h
      CROSS JOIN projection.generations g
      LEFT JOIN log.events e ON e.position = g.position + 1
      WHERE g.state = 'active'`,
  });
  return rows;
}
