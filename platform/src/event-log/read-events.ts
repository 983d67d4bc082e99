import type { ClientBase, Pool } from 'pg';
import { GENESIS_HASH } from './chain.js';
import type { LogEvent } from './event.js';
import { PAGE_END } from './page-end.js';
import type { PageSize } from './page-size.js';

/** A page of the log, and which log it was read from, all of one snapshot. */
export interface LogPage {
  /** In position order, without what only proofs need. */
  events: LogEvent[];
  /** Tells one log from another. */
  epoch: string;
  /** Position of the log's last event. */
  head: number;
  /** Lower-case hex: hash of the event that the page comes after; undefined where the log has none there. */
  hashBefore: string | undefined;
  /** Hash of the page's last event, and of the one before where the page is empty. */
  hash: string | undefined;
}

/**
 * The page's own row, in the columns of an event: one column more for each event would cost every reader. Its
 * `position` is null, and so tells it from the events.
 */
interface PlaceRow {
  position: null;
  /** The epoch. */
  event_id: string;
  /** The head's position. */
  type: string;
  /** Hash before the page. */
  project: string | null;
  /** Hash of its end. */
  task_id: string | null;
}

const hashAt = (position: string) =>
  `(SELECT encode(hash, 'hex') FROM log.events WHERE log.events.position = ${position})`;

const READ_PAGE = `
  WITH page AS MATERIALIZED (SELECT ${PAGE_END} AS last)
  (
    SELECT position, event_id, type, project, task_id, agent, occurred_at, recorded_at, actor,
           data AS data_text
    FROM log.events
    WHERE position > $1 AND position <= (SELECT last FROM page)
    ORDER BY position
  )
  UNION ALL
  SELECT NULL, epoch, position::text, ${hashAt('$1')}, ${hashAt('(SELECT last FROM page)')}, NULL, NULL,
         recorded_at, '', NULL
  FROM log.head`;

export async function readEvents(
  client: ClientBase | Pool,
  after: number,
  { limit, maxBytes }: Pick<PageSize, 'limit' | 'maxBytes'>,
): Promise<LogPage> {
  const { rows } = await client.query<LogEvent | PlaceRow>({
    name: 'read-events',
    text: READ_PAGE,
    values: [after, limit, maxBytes],
  });
  const [place] = rows.splice(
    rows.findLastIndex((row) => row.position === null),
    1,
  ) as (PlaceRow | undefined)[];
  if (place?.position !== null) throw new Error('log.head has no row: was the database migrated?');
  const hashBefore = after === 0 ? GENESIS_HASH : (place.project ?? undefined);
  return {
    events: rows as LogEvent[],
    epoch: place.event_id,
    head: Number(place.type),
    hashBefore,
    hash: place.task_id ?? hashBefore,
  };
}
