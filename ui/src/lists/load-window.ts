/** Fetches the first rows of a list, however many pages that takes. */
import type { Answer } from '../api/make-client';
import type { Loaded } from '../live/make-snapshot';
import type { Listed } from './fold';

/** The most that the server gives at once. */
const MAX_LIMIT = 200;

/** Fetches at most `limit` rows from `offset`. */
export type FetchPage<T> = (limit: number, offset: number) => Promise<Answer<T[]>>;

/**
 * The first `wanted` rows, as of the oldest of their pages. Rows carry what tells them how new they
 * are, so that a page which is newer than another does no harm.
 */
export async function loadWindow<T, Row>(
  wanted: number,
  fetchPage: FetchPage<T>,
  rowsOf: (items: T[], position: number) => Row[],
): Promise<Loaded<Listed<Row>>> {
  let rows: Row[] = [];
  let position = Number.MAX_SAFE_INTEGER;
  let total = 0;
  while (rows.length < wanted) {
    const limit = Math.min(MAX_LIMIT, wanted - rows.length);
    const answer = await fetchPage(limit, rows.length);
    rows = rows.concat(rowsOf(answer.body, answer.position));
    position = Math.min(position, answer.position);
    total = answer.total ?? rows.length;
    if (answer.body.length < limit) break;
  }
  return { data: { rows, total }, position };
}
