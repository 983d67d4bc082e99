import { TASK_EVENT_TYPES } from '@att/contracts';
import { type LogEvent, PAYLOAD_BYTES, readEvents } from '@att/platform/event-log';
import type { Pool } from 'pg';

export interface PageOptions {
  after: number;
  /** Events of other projects are left out; undefined: none is. */
  project: string | undefined;
  /** Events and bytes of payload at most; one event is always given, whatever its size. */
  size: number;
  maxBytes: number;
}

export interface Page {
  events: LogEvent[];
  /** Everything up to here was considered. */
  position: number;
}

/** The next page of a client that catches up. */
export function readPage(pool: Pool, { project, ...options }: PageOptions): Promise<Page> {
  return project === undefined ? readAny(pool, options) : readOfProject(pool, { project, ...options });
}

/**
 * The log has no gaps: how far was looked is where the last event is. Sharing the statement below cost 24 ms
 * instead of 4 to 6 for a thousand events: before the table's first ANALYZE all of MAX_SPAN were fetched and sorted.
 */
async function readAny(pool: Pool, { after, size, maxBytes }: Omit<PageOptions, 'project'>): Promise<Page> {
  const { events } = await readEvents(pool, after, { limit: size, maxBytes });
  return { events, position: events.at(-1)?.position ?? after };
}

/** Positions that one page looks through for a project's events: a few dozen milliseconds of scanning. */
const MAX_SPAN = 20_000;

/**
 * A count alone does not bound a page, as one payload may have a MiB: so the database adds them up and
 * leaves out what goes past the bytes. The head comes from the same snapshot, so that a page without
 * an event still tells how far it has looked.
 */
const READ_PROJECT = `
  WITH candidates AS (
    SELECT position, event_id, type, project, task_id, agent, occurred_at, recorded_at, actor, data,
           ${PAYLOAD_BYTES} AS bytes
    FROM log.events
    WHERE position > $1 AND position <= $1 + ${MAX_SPAN}
      AND type = ANY ('{${TASK_EVENT_TYPES.join(',')}}')
      AND project = $2
    ORDER BY position
    LIMIT $3
  ), measured AS (
    SELECT *, sum(bytes) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) AS bytes_through FROM candidates
  )
  SELECT head.position AS head, e.position, event_id, type, project, task_id, agent, occurred_at,
         e.recorded_at, actor, data AS data_text, bytes_through
  FROM log.head AS head
  LEFT JOIN measured AS e ON bytes_through - bytes < $4
  ORDER BY e.position`;

type Row = { head: number } & (
  | (LogEvent & { bytes_through: number })
  | { position: null; bytes_through: null }
);

async function readOfProject(
  pool: Pool,
  { after, project, size, maxBytes }: PageOptions & { project: string },
): Promise<Page> {
  const { rows } = await pool.query<Row>({
    name: 'read-page-of-project',
    text: READ_PROJECT,
    values: [after, project, size, maxBytes],
  });
  const head = rows[0]?.head ?? 0;
  const events = rows.filter((row) => row.position !== null);
  const last = events.at(-1);
  const isCut = last !== undefined && (events.length === size || last.bytes_through >= maxBytes);
  return { events, position: isCut ? last.position : Math.max(after, Math.min(after + MAX_SPAN, head)) };
}
