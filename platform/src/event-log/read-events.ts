import type { Queryable } from '../postgres/index.js';
import type { LogEvent } from './event.js';
import { EVENT_COLUMNS } from './event-columns.js';
import { type LogPage, type PageRow, pageStatement, takePage } from './log-page.js';
import type { PageSize } from './page-size.js';

const READ_PAGE = pageStatement(EVENT_COLUMNS);

/** Reads a page of the log, its events without the fields that only proofs need. */
export async function readEvents(
  client: Queryable,
  after: number,
  { limit, maxBytes }: Pick<PageSize, 'limit' | 'maxBytes'>,
): Promise<LogPage> {
  const { rows } = await client.query<LogEvent | PageRow>({
    name: 'read-events',
    text: READ_PAGE,
    values: [after, limit, maxBytes],
  });
  return takePage(rows, after);
}
