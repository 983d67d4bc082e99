import type { LogEvent } from '@att/platform/event-log';
import type { Pool } from 'pg';

/** Events of the log, read with plain SQL. */
export async function readStored(pool: Pool, position?: number): Promise<LogEvent[]> {
  const { rows } = await pool.query<LogEvent>(
    `SELECT position, event_id, type, project, task_id, agent, occurred_at, recorded_at, actor,
            data::text AS data_text
     FROM log.events
     WHERE $1::bigint IS NULL OR position = $1
     ORDER BY position`,
    [position ?? null],
  );
  return rows;
}
