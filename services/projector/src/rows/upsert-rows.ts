/** Set-based inserts: each column of all rows is one array, so that any number of rows is one statement. */
import type { Column } from './column.js';
import type { Write } from './write.js';

/** @param onConflict what follows the rows, as some may be there already; those that cannot be are copied */
export function upsertRows<Row>(
  table: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  onConflict: string,
): Write {
  return () => {
    if (rows.length === 0) return undefined;
    const arrays = columns.map(({ type }, index) => `$${index + 1}::${type}[]`);
    const values = columns.map(({ arrayOf }) => arrayOf(rows));
    return {
      name: `upsert-${table}`,
      text: `
        INSERT INTO ${table} (${columns.map(({ name }) => name).join(', ')})
        SELECT * FROM unnest(${arrays.join(', ')})
        ${onConflict}`,
      values,
    };
  };
}

/** Overwrites `changing` where the row of `key` is there already. */
export function overwriting(key: string, changing: readonly string[]): string {
  return `ON CONFLICT (${key}) DO UPDATE SET ${changing.map((name) => `${name} = excluded.${name}`).join(', ')}`;
}
