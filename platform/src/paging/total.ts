/** Past this number, a filtered list is not counted on: a count costs what the rows cost. */
export const COUNTED = 10_000;

/** @param total exact, or past `COUNTED` whatever was counted; undefined where nobody counted */
export function totalHeaders(total: number, isExact: boolean): Record<string, string> {
  if (isExact || total <= COUNTED) return { 'X-Total-Count': String(total) };
  return { 'X-Total-Count': String(COUNTED), 'X-Total-Count-Relation': 'gte' };
}
