import type { Reader } from '../database/reader.js';
import { type EventFilter, type EventRange, FIRST_OF_RANGE, rangeValues } from './event-range.js';

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
  range: EventRange,
  filter: EventFilter,
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
          ${FIRST_OF_RANGE}
        ) skipped
      ) s`,
    values: rangeValues(range, filter, number),
  });
  return row ?? { head: 0, count: 0, last: 0 };
}
