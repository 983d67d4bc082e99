/** SQL of histories that are kept in runs. */

export interface HeldOptions {
  table: string;
  /** SQL condition: the key. */
  key: string;
  columns: readonly string[];
  /** SQL of the position, a bigint. */
  at: string;
}

/**
 * What a key was at a position; no row before its first change. A row is a run of its changes: arrays in step, that of
 * the positions from which they hold in ascending order, so that `width_bucket` is the place of the last one at or before.
 */
export function heldAt({ table, key, columns, at }: HeldOptions): string {
  return `
            SELECT ${columns.map((name) => `r.${name}[r.place] AS ${name}`).join(', ')}
            FROM (
              SELECT *, width_bucket(${at}, valid_from) AS place FROM ${table}
              WHERE ${key} AND first <= ${at} ORDER BY first DESC LIMIT 1
            ) r`;
}
