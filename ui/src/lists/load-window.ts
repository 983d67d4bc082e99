/** Fetches the first rows of a list, however many pages that takes. */
import type { Answer } from '../api/make-client';
import type { Loaded } from '../live/make-snapshot';
import type { Listed } from './fold';

/** The most that the server gives at once. */
const MAX_LIMIT = 200;

export interface PageQuery {
  limit: number;
  offset: number;
  min_position: number | undefined;
  as_of: number | undefined;
}

export type FetchPage<T> = (page: PageQuery) => Promise<Answer<T[]>>;

/**
 * The first `wanted` rows, all as of the position of the first page: pages of different moments would repeat
 * rows, or miss some, and a total that is newer than the rest would count again what comes to be folded in.
 */
export async function loadWindow<T, Row>(
  wanted: number,
  minPosition: number | undefined,
  fetchPage: FetchPage<T>,
  rowsOf: (items: T[], position: number) => Row[],
): Promise<Loaded<Listed<Row>>> {
  let rows: Row[] = [];
  let position: number | undefined;
  let total = 0;
  while (rows.length < wanted) {
    const limit = Math.min(MAX_LIMIT, wanted - rows.length);
    const answer = await fetchPage({
      limit,
      offset: rows.length,
      min_position: position === undefined ? minPosition : undefined,
      as_of: position,
    });
    position ??= answer.position;
    rows = rows.concat(rowsOf(answer.body, position));
    total = answer.total ?? rows.length;
    if (answer.body.length < limit) break;
  }
  return { data: { rows, total }, position: position ?? 0 };
}
