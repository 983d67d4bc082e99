import type { Reader } from '../database/reader.js';
import type { EventFilter, EventRange } from './select-events.js';

export interface Skipped {
  /** Position of the last event of the log. */
  head: number;
  /** How many events there were to skip; fewer than asked for when they end before. */
  count: number;
  /** Position of the last one skipped, 0 when there was none. */
  last: number;
}

/**
 * Passes over the first events of a range that a filter lets pass. What comes next may be read by another
 * statement: the log only ever grows at its end, so both agree on what was skipped.
 */
export async function selectSkipped(
  reader: Reader,
  { after, until }: EventRange,
  { project, task_id, agent, type, from, to }: EventFilter,
  number: number,
): Promise<Skipped> {
  const [row] = await reader.query<{ head: number; count: number; last: number }>({
    name: 'select-skipped',
    text: `
      SELECT h.position AS head, s.count, s.last
      FROM log.head h
      CROSS JOIN LATERAL (
        SELECT count(*) AS count, coalesce(max(position), 0) AS last
        FROM (
          SELECT position
          FROM log.events
          WHERE position > $1
            AND position <= least(h.position, $2)
            AND ($4::text IS NULL OR project = $4)
            AND ($5::text IS NULL OR task_id = $5)
            AND ($6::text IS NULL OR agent = $6)
            AND ($7::text IS NULL OR type = $7)
            AND ($8::timestamptz IS NULL OR recorded_at >= $8)
            AND ($9::timestamptz IS NULL OR recorded_at <= $9)
          ORDER BY position
          LIMIT $3
        ) skipped
      ) s`,
    values: [after, until, number, project, task_id, agent, type, from, to].map((value) => value ?? null),
  });
  return row ?? { head: 0, count: 0, last: 0 };
}
