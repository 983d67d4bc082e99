/** SQL of histories that are kept in runs. */
import { generationTable, type RunTableName, TABLES } from './read-models/index.js';

export interface HeldOptions {
  table: RunTableName;
  generation: number;
  /** SQL condition: the key. */
  key: string;
  /** Columns that are wanted; all that change by default. */
  columns?: readonly string[];
  /** SQL of the position, a bigint. */
  at: string;
}

/**
 * SQL of a key's values at a position; no row before its first change. A row is a run of changes: arrays in step. The one of the
 * positions from which the changes hold ascends, so that `width_bucket` finds the last change at or before the position.
 */
export function heldAt({ table, generation, key, columns = movingColumns(table), at }: HeldOptions): string {
  return `
            SELECT ${columns.map((name) => `r.${name}[r.change] AS ${name}`).join(', ')}
            FROM (
              SELECT *, width_bucket(${at}, valid_from) AS change FROM ${generationTable(table, generation)}
              WHERE ${key} AND first <= ${at} ORDER BY first DESC LIMIT 1
            ) r`;
}

const movingColumns = (table: RunTableName): readonly string[] => Object.keys(TABLES[table].moving);
