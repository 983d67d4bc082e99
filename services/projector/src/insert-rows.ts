/** Set-based inserts: each column of all rows is one array, so that any number of rows is one statement. */
import { float8Array, int8Array, jsonArray, textArray, timestampArray } from '@att/platform/postgres';
import type { ClientBase } from 'pg';
import { millisOf } from './millis-of.js';

export interface Column<Row> {
  name: string;
  /** SQL type of the array's elements. */
  type: string;
  arrayOf(rows: readonly Row[]): Buffer | (string | null)[];
}

export const bigint = <Row>(name: string, field: (row: Row) => number | null): Column<Row> => ({
  name,
  type: 'bigint',
  arrayOf: (rows) => int8Array(rows.map(field)),
});
export const text = <Row>(name: string, field: (row: Row) => string | null): Column<Row> => ({
  name,
  type: 'text',
  arrayOf: (rows) => textArray(rows.map(field)),
});
export const float = <Row>(name: string, field: (row: Row) => number | null): Column<Row> => ({
  name,
  type: 'float8',
  arrayOf: (rows) => float8Array(rows.map(field)),
});
/** JSON as text. */
export const json = <Row>(name: string, field: (row: Row) => string | null): Column<Row> => ({
  name,
  type: 'json',
  arrayOf: (rows) => jsonArray(rows.map(field)),
});
/** Wire time. */
export const time = <Row>(name: string, field: (row: Row) => string | null): Column<Row> => ({
  name,
  type: 'timestamptz',
  arrayOf: (rows) => timestampArray(rows.map((row) => millisOf(field(row)))),
});
/** Of any size; sums of durations are past what a bigint holds. */
export const numeric = <Row>(name: string, field: (row: Row) => bigint | null): Column<Row> => ({
  name,
  type: 'numeric',
  arrayOf: (rows) => rows.map((row) => field(row)?.toString() ?? null),
});

/** @param onConflict what follows the rows, when some may be there already */
export async function insertRows<Row>(
  client: ClientBase,
  table: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  onConflict = '',
): Promise<void> {
  if (rows.length === 0) return;
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${type}[]`);
  await client.query({
    name: `insert-${table}`,
    text: `
      INSERT INTO ${table} (${columns.map(({ name }) => name).join(', ')})
      SELECT * FROM unnest(${arrays.join(', ')})
      ${onConflict}`,
    values: columns.map(({ arrayOf }) => arrayOf(rows)),
  });
}

/** Overwrites `changing` where the row of `key` is there already. */
export function upserting(key: string, changing: readonly string[]): string {
  return `ON CONFLICT (${key}) DO UPDATE SET ${changing.map((name) => `${name} = excluded.${name}`).join(', ')}`;
}
