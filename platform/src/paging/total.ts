/** Most matches that a filtered list counts: a count costs as much as the rows. */
export const COUNT_LIMIT = 10_000;

/** @param total exact up to `COUNT_LIMIT`, any number past it beyond; undefined where nothing was counted */
export function totalHeaders(total: number, isExact: boolean): Record<string, string> {
  if (isExact || total <= COUNT_LIMIT) return { 'X-Total-Count': String(total) };
  return { 'X-Total-Count': String(COUNT_LIMIT), 'X-Total-Count-Relation': 'gte' };
}
