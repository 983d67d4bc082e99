/** Read of a list's first rows, in as many pages as it takes. */
import type { Answer } from '../api/make-client';
import type { Loaded } from '../live/make-snapshot';
import type { Listed } from './fold';

/** Most rows of one page of the server. */
const MAX_LIMIT = 200;

export interface PageQuery {
  limit: number;
  offset: number;
  min_position: number | undefined;
  as_of: number | undefined;
}

export type FetchPage<T> = (page: PageQuery) => Promise<Answer<T[]>>;

/**
 * Reads the first `wanted` rows, all as of the position of the first page. Pages of different positions would repeat or
 * miss rows, and a total newer than the rows would count changes that are folded in later a second time.
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
