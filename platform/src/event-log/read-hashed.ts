import type { ClientBase, Pool } from 'pg';
import type { HashedEvent } from './event.js';
import { HASHED_EVENT_COLUMNS } from './event-columns.js';
import { type LogPage, type PageRow, pageStatement, takePage } from './log-page.js';
import type { PageSize } from './page-size.js';

const READ_PAGE = pageStatement(HASHED_EVENT_COLUMNS, 'NULL', 'NULL');

/** Reads a page of the log, its events with their hashes. */
export async function readHashed(
  client: ClientBase | Pool,
  after: number,
  { limit, maxBytes }: Pick<PageSize, 'limit' | 'maxBytes'>,
): Promise<LogPage<HashedEvent>> {
  const { rows } = await client.query<HashedEvent | PageRow>({
    name: 'read-hashed-events',
    text: READ_PAGE,
    values: [after, limit, maxBytes],
  });
  return takePage(rows, after);
}
