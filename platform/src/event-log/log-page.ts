/** Statement that reads a page of the log, whichever fields its events have. */
import { GENESIS_HASH } from './chain.js';
import type { LogEvent } from './event.js';
import { hashAt, inEventColumns } from './event-columns.js';
import { PAGE_END } from './page-end.js';

/** A page of the log, and which log it was read from, all from one snapshot of the database. */
export interface LogPage<Event extends LogEvent = LogEvent> {
  /** Events in position order. */
  events: Event[];
  /** Id of the log: another log, or a restored one, has another epoch. */
  epoch: string;
  /** Position of the log's last event. */
  head: number;
  /** Hash, in lower-case hex, of the event before the page; undefined where the log has no event there. */
  hashBefore: string | undefined;
  /** Hash of the page's last event, or of the event before an empty page. */
  hash: string | undefined;
}

/**
 * Row about the page itself, in the columns of an event: one column more for each event would cost every reader. Its
 * `position` is null, which no event's is.
 */
export interface PageRow {
  position: null;
  /** Epoch of the log. */
  event_id: string;
  /** Position of the head. */
  type: string;
  /** Hash of the event before the page. */
  project: string | null;
  /** Hash of the page's last event. */
  task_id: string | null;
}

const PAGE_ROW = inEventColumns({
  position: 'NULL',
  event_id: 'epoch',
  type: 'position::text',
  project: hashAt('$1'),
  task_id: hashAt('(SELECT last FROM page)'),
  agent: 'NULL',
  occurred_at: 'NULL',
  recorded_at: 'recorded_at',
  actor: `''`,
  data_text: 'NULL',
});

/**
 * SQL of a page of at most $2 events and about $3 bytes after $1, with a row about itself.
 *
 * @param columns select list that begins with an event's columns
 * @param fill a value for each further column, in the row about the page
 */
export const pageStatement = (columns: string, ...fill: readonly string[]): string => `
  WITH page AS MATERIALIZED (SELECT ${PAGE_END} AS last)
  (
    SELECT ${columns}
    FROM log.events
    WHERE position > $1 AND position <= (SELECT last FROM page)
    ORDER BY position
  )
  UNION ALL
  SELECT ${[PAGE_ROW, ...fill].join(', ')}
  FROM log.head`;

/** @param rows what the statement gave; the row about the page is taken out of them */
export function takePage<Event extends LogEvent>(rows: (Event | PageRow)[], after: number): LogPage<Event> {
  const [page] = rows.splice(
    rows.findLastIndex((row) => row.position === null),
    1,
  ) as (PageRow | undefined)[];
  if (page?.position !== null) throw new Error('log.head has no row: was the database migrated?');
  const hashBefore = after === 0 ? GENESIS_HASH : (page.project ?? undefined);
  return {
    events: rows as Event[],
    epoch: page.event_id,
    head: Number(page.type),
    hashBefore,
    hash: page.task_id ?? hashBefore,
  };
}
