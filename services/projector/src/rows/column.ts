/** Columns of the tables that projections write, and how a value reaches PostgreSQL. */
import { float8Array, int8Array, jsonArray, textArray, timestampArray } from '@att/platform/postgres';
import { CopyText } from './copy-text.js';
import { millisOf } from './millis-of.js';

export interface Column<Row> extends CopyColumn<Row> {
  /** SQL type of its array's elements. */
  type: string;
  /** The column of all rows as one parameter, for `unnest`. */
  arrayOf(rows: readonly Row[]): Buffer | string;
}

/** Of a table that rows are only copied into. */
export interface CopyColumn<Row> {
  name: string;
  /** Writes the value in COPY's text format. */
  copyTo(out: CopyText, row: Row): void;
}

export const bigint = <Row>(name: string, field: (row: Row) => number | null): Column<Row> => ({
  name,
  type: 'bigint',
  arrayOf: (rows) => int8Array(rows.map(field)),
  copyTo: (out, row) => copyNumber(out, field(row)),
});

export const text = <Row>(name: string, field: (row: Row) => string | null): Column<Row> => ({
  name,
  type: 'text',
  arrayOf: (rows) => textArray(rows.map(field)),
  copyTo: (out, row) => copyText(out, field(row)),
});

export const float = <Row>(name: string, field: (row: Row) => number | null): Column<Row> => ({
  name,
  type: 'float8',
  arrayOf: (rows) => float8Array(rows.map(field)),
  copyTo: (out, row) => copyNumber(out, field(row)),
});

/** JSON as text. */
export const json = <Row>(name: string, field: (row: Row) => string | null): Column<Row> => ({
  name,
  type: 'json',
  arrayOf: (rows) => jsonArray(rows.map(field)),
  copyTo: (out, row) => copyText(out, field(row)),
});

/** Wire time, which PostgreSQL reads as it is. */
export const time = <Row>(name: string, field: (row: Row) => string | null): Column<Row> => ({
  name,
  type: 'timestamptz',
  arrayOf: (rows) => timestampArray(rows.map((row) => millisOf(field(row)))),
  copyTo: (out, row) => copyAscii(out, field(row)),
});

/** Of any size; sums of durations are past what a bigint holds. */
export const numeric = <Row>(name: string, field: (row: Row) => bigint | null): Column<Row> => ({
  name,
  type: 'numeric',
  arrayOf: (rows) => `{${rows.map((row) => field(row)?.toString() ?? 'NULL').join()}}`,
  copyTo: (out, row) => copyAscii(out, field(row)?.toString() ?? null),
});

/** An array. */
export const bigints = <Row>(name: string, field: (row: Row) => readonly number[]): CopyColumn<Row> => ({
  name,
  copyTo: (out, row) => copyArray(out, field(row), (item) => out.number(item)),
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
  { name, type, copyTo }: Column<Item>,
  itemsOf: (row: Row) => readonly Item[],
): ListColumn<Row> => {
  const copyItems = (out: CopyText, row: Row) => copyArray(out, itemsOf(row), (item) => copyTo(out, item));
  const arrayOf = (rows: readonly Row[]) => {
    const out = new CopyText(1024);
    const literals = rows.map((row) => {
      copyItems(out, row);
      return out.takeAscii();
    });
    return textArray(literals);
  };
  return { name, type: 'text', of: type, arrayOf, copyTo: copyItems };
};

const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

function copyArray<Item>(out: CopyText, items: readonly Item[], copyItem: (item: Item) => void): void {
  out.byte(OPEN);
  for (let index = 0; index < items.length; index++) {
    if (index > 0) out.byte(COMMA);
    copyItem(items[index] as Item);
  }
  out.byte(CLOSE);
}

function copyNumber(out: CopyText, value: number | null): void {
  if (value === null) out.null();
  else out.number(value);
}

function copyText(out: CopyText, value: string | null): void {
  if (value === null) out.null();
  else out.text(value);
}

function copyAscii(out: CopyText, value: string | null): void {
  if (value === null) out.null();
  else out.ascii(value);
}
