/** Pages of a list: what one is asked for with, and how one row more than wanted shows whether others follow. */
import type { AsOf } from '@att/contracts';
import { type Cursor, decodeCursor, type KeyValue, notOurs, refuseOtherLog, shortEpoch } from './cursor.js';
import { isKeyOf, type Order } from './keyset.js';
import { linkHeader } from './link.js';

export interface PageRequest {
  limit: number;
  offset: number;
  cursor: Cursor | undefined;
}

/** @throws ProblemError invalid_parameter for a cursor that is garbage, or of another list */
export function pageRequest(
  { limit, offset, cursor }: { limit: number; offset?: number | undefined; cursor?: string | undefined },
  order: Order,
  target: string,
): PageRequest {
  const decoded = cursor === undefined ? undefined : decodeCursor(cursor, target);
  if (decoded !== undefined && !isKeyOf(order, decoded.key[0])) throw notOurs();
  return { limit, offset: offset ?? 0, cursor: decoded };
}

/** Position or time that a page is read at: its cursor's where that is pinned to one, else the query's. */
export function pageAsOf(
  { cursor }: PageRequest,
  asked: AsOf | undefined,
): { asOf: AsOf | undefined; asOfParameter: 'as_of' | 'cursor' } {
  const at = cursor?.at ?? null;
  if (at === null) return { asOf: asked, asOfParameter: 'as_of' };
  return { asOf: { position: at }, asOfParameter: 'cursor' };
}

export interface ReadFrom {
  /** The position that neighbouring pages are to be read at; null: live. */
  at: number | null;
  /** Epoch of the log; null for a list that is not of the log. */
  epoch: string | null;
}

export interface Keyed {
  /** Sort key and id. */
  key: [KeyValue, number];
}

/**
 * @param rows in the order they were read, one more than `limit` where there are more
 * @param found how many rows there would have been, where some were left out for their size
 * @throws ProblemError invalid_parameter where the page's cursor is of another log
 */
export function cutPage<Row extends Keyed>(
  rows: readonly Row[],
  { limit, offset, cursor }: PageRequest,
  { at, epoch }: ReadFrom,
  target: string,
  found: number = rows.length,
): { rows: Row[]; headers: Record<string, string> } {
  refuseOtherLog(cursor, epoch);
  const isBackwards = cursor?.direction === 'prev';
  const page = rows.slice(0, limit);
  const hasMore = found > page.length;
  if (isBackwards) page.reverse();
  const isInside = cursor !== undefined || offset > 0;
  const headers = linkHeader(
    {
      first: page[0]?.key,
      last: page.at(-1)?.key,
      hasNext: isBackwards ? true : hasMore,
      hasPrev: isBackwards ? hasMore : isInside,
      at,
      epoch: shortEpoch(epoch),
    },
    target,
  );
  return { rows: page, headers };
}

/** Most matches that a filtered list counts: a count costs as much as the rows. */
export const COUNT_LIMIT = 10_000;

/** @param total exact up to `COUNT_LIMIT`, any number past it beyond; undefined where nothing was counted */
export function totalHeaders(total: number, isExact: boolean): Record<string, string> {
  if (isExact || total <= COUNT_LIMIT) return { 'X-Total-Count': String(total) };
  return { 'X-Total-Count': String(COUNT_LIMIT), 'X-Total-Count-Relation': 'gte' };
}
