import { PAYLOAD_BYTES } from '@att/platform/event-log';
import type { Reader } from '../database/reader.js';
import type { Joined } from '../read-model/snapshot.js';
import { type EventFilter, type EventRange, FIRST_OF_RANGE, rangeValues } from './event-range.js';
import { EVENT_COLUMNS, type EventRow } from './event-row.js';

export interface EventPage {
  /** Position of the last event of the log, and as positions are gapless, their number. */
  head: number;
  events: EventRow[];
}

/** A hundred payloads may have a MiB each: what reaches these bytes ends the page, and a client reads on after it. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A page of the log in position order, and the head of the same snapshot. */
export async function selectEvents(
  reader: Reader,
  range: EventRange,
  filter: EventFilter,
  limit: number,
): Promise<EventPage> {
  const rows = await reader.query<{ head: number } & Joined<EventRow>>({
    name: 'select-events',
    // The log has one index, its position, so the plan is the same with and without filters.
    text: `
      SELECT h.position AS head, e.*
      FROM log.head h
      LEFT JOIN LATERAL (
        SELECT ${EVENT_COLUMNS}
        FROM (
          SELECT *, sum(bytes) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) - bytes AS bytes_before
          FROM (
            SELECT *, ${PAYLOAD_BYTES} AS bytes
            FROM log.events
            ${FIRST_OF_RANGE}
          ) found
        ) measured
        WHERE bytes_before < ${MAX_BYTES}
      ) e ON true
      ORDER BY e.position`,
    values: rangeValues(range, filter, limit),
  });
  const found = rows.filter((row) => row.position !== null) as unknown as EventRow[];
  return { head: rows[0]?.head ?? 0, events: found };
}
