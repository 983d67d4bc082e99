import type { ProjectionName } from '@att/platform/projections';
import type { Pool } from 'pg';
import { IDLE_SECONDS } from './stall.js';

/** Lag of an active generation behind the log. */
export interface Lag {
  projection: ProjectionName;
  events: number;
  /** Wire time of the oldest event that it has not applied; null when it has them all. */
  since: string | null;
  /** Seconds for which it had something to apply, and applied nothing; null when it has them all. */
  idle_seconds: number | null;
  is_paused: boolean;
}

/** Reads the lag of all projections: three look-ups by key, whatever the size of the log. */
export async function readLag(pool: Pool): Promise<Lag[]> {
  const { rows } = await pool.query<Lag>({
    name: 'read-lag',
    text: `
      SELECT g.projection, greatest(h.position - g.position, 0) AS events, e.recorded_at AS since,
             ${IDLE_SECONDS} AS idle_seconds, p.projection IS NOT NULL AS is_paused
      FROM log.head h
      CROSS JOIN projection.generations g
      LEFT JOIN projection.paused p USING (projection)
      LEFT JOIN log.events e ON e.position = g.position + 1
      WHERE g.state = 'active'`,
  });
  return rows;
}
