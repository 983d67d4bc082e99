import { PAYLOAD_BYTES } from '@att/platform/event-log';
import type { Reader } from '../database/reader.js';
import type { Joined } from '../read-model/snapshot.js';
import { EVENT_COLUMNS, type EventRow } from './event-row.js';

/** What an event must be; an absent field lets any event pass. */
export interface EventFilter {
  project?: string | undefined;
  task_id?: string | undefined;
  agent?: string | undefined;
  type?: string | undefined;
  /** Recorded times, both included. */
  from?: string | undefined;
  to?: string | undefined;
}

/** The part of the log to look through: behind `after`, up to and with `until` or the head. */
export interface EventRange {
  after: number;
  until: number | undefined;
}

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
  { after, until }: EventRange,
  { project, task_id, agent, type, from, to }: EventFilter,
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
          ) found
        ) measured
        WHERE bytes_before < ${MAX_BYTES}
      ) e ON true
      ORDER BY e.position`,
    values: [after, until, limit, project, task_id, agent, type, from, to].map((value) => value ?? null),
  });
  const found = rows.filter((row) => row.position !== null) as unknown as EventRow[];
  return { head: rows[0]?.head ?? 0, events: found };
}
