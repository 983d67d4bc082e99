/** Columns of the tables that projections write, and how a value reaches PostgreSQL. */
import { float8Array, int8Array, jsonArray, textArray, timestampArray } from '@att/platform/postgres';
import { millisOf } from './millis-of.js';

export interface Column<Row> extends CopyColumn<Row> {
  /** SQL type of its array's elements. */
  type: string;
  /** The column of all rows as one parameter, for `unnest`. */
  arrayOf(rows: readonly Row[]): Buffer | (string | null)[];
}

/** Of a table that rows are only copied into. */
export interface CopyColumn<Row> {
  name: string;
  /** The value in COPY's text format. */
  copyOf(row: Row): string;
}

/** Of COPY's text format (PostgreSQL manual, COPY). */
const NULL = '\\N';

export const bigint = <Row>(name: string, field: (row: Row) => number | null): Column<Row> => ({
  name,
  type: 'bigint',
  arrayOf: (rows) => int8Array(rows.map(field)),
  copyOf: (row) => numberText(field(row)),
});

export const text = <Row>(name: string, field: (row: Row) => string | null): Column<Row> => ({
  name,
  type: 'text',
  arrayOf: (rows) => textArray(rows.map(field)),
  copyOf: (row) => escaped(field(row)),
});

export const float = <Row>(name: string, field: (row: Row) => number | null): Column<Row> => ({
  name,
  type: 'float8',
  arrayOf: (rows) => float8Array(rows.map(field)),
  copyOf: (row) => numberText(field(row)),
});

/** JSON as text. */
export const json = <Row>(name: string, field: (row: Row) => string | null): Column<Row> => ({
  name,
  type: 'json',
  arrayOf: (rows) => jsonArray(rows.map(field)),
  copyOf: (row) => escaped(field(row)),
});

/** Wire time, which PostgreSQL reads as it is. */
export const time = <Row>(name: string, field: (row: Row) => string | null): Column<Row> => ({
  name,
  type: 'timestamptz',
  arrayOf: (rows) => timestampArray(rows.map((row) => millisOf(field(row)))),
  copyOf: (row) => field(row) ?? NULL,
});

/** Of any size; sums of durations are past what a bigint holds. */
export const numeric = <Row>(name: string, field: (row: Row) => bigint | null): Column<Row> => ({
  name,
  type: 'numeric',
  arrayOf: (rows) => rows.map((row) => field(row)?.toString() ?? null),
  copyOf: (row) => field(row)?.toString() ?? NULL,
});

/** An array. */
export const bigints = <Row>(name: string, field: (row: Row) => readonly number[]): CopyColumn<Row> => ({
  name,
  copyOf: (row) => `{${field(row).join()}}`,
});

/** A column of arrays. */
export interface ListColumn<Row> extends Column<Row> {
  /** SQL type of the arrays' elements. */
  of: string;
}

/**
 * The values of a column for several rows as one array: of numbers and times, whose text needs no quotes there. As
 * text in `unnest` too, which takes arrays of arrays apart.
 */
export const list = <Row, Item>(
  { name, type, copyOf }: Column<Item>,
  itemsOf: (row: Row) => readonly Item[],
): ListColumn<Row> => {
  const literal = (row: Row) => {
    let elements = '';
    let separator = '{';
    for (const item of itemsOf(row)) {
      elements += separator + copyOf(item);
      separator = ',';
    }
    return `${elements}}`;
  };
  return { name, type: 'text', of: type, arrayOf: (rows) => textArray(rows.map(literal)), copyOf: literal };
};

function numberText(value: number | null): string {
  return value === null ? NULL : String(value);
}

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(value: string | null): string {
  if (value === null) return NULL;
  if (!SPECIAL.test(value)) return value;
  return value.replaceAll(/[\\\t\n\r]/g, (character) => ESCAPES[character] as string);
}
