/** Columns of the tables that projections write, and how a value reaches PostgreSQL. */
import { float8Array, int8Array, jsonArray, textArray, timestampArray } from '@att/platform/postgres';
import { ArrayLiteral } from './array-literal.js';
import type { CopyBinary } from './copy-binary.js';
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
  /** Writes the value in COPY's binary format, which is that of the column's type and no other. */
  copyTo: (out: CopyBinary, row: Row) => void;
}

/** A column of which there are arrays too. */
export interface ItemColumn<Row> extends Column<Row> {
  /** Of the type (src/include/catalog/pg_type.dat). */
  oid: number;
  /** Adds the value to an array as text. */
  addTo(out: ArrayLiteral, row: Row): void;
}

const OID = { bigint: 20, timestamptz: 1184, numeric: 1700 } as const;

export const bigint = <Row>(name: string, field: (row: Row) => number | null): ItemColumn<Row> => ({
  name,
  type: 'bigint',
  oid: OID.bigint,
  arrayOf: (rows) => int8Array(rows.map(field)),
  copyTo: (out, row) => {
    const value = field(row);
    if (value === null) out.null();
    else out.int64(value);
  },
  addTo: (out, row) => {
    const value = field(row);
    if (value === null) out.null();
    else out.number(value);
  },
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
  copyTo: (out, row) => {
    const value = field(row);
    if (value === null) out.null();
    else out.float64(value);
  },
});

export const boolean = <Row>(name: string, field: (row: Row) => boolean): CopyColumn<Row> => ({
  name,
  copyTo: (out, row) => out.boolean(field(row)),
});

/** JSON as text, which is the binary form of `json`, but not of `jsonb`. */
export const json = <Row>(name: string, field: (row: Row) => string | null): Column<Row> => ({
  name,
  type: 'json',
  arrayOf: (rows) => jsonArray(rows.map(field)),
  copyTo: (out, row) => copyText(out, field(row)),
});

/** Wire time. */
export const time = <Row>(name: string, field: (row: Row) => string | null): ItemColumn<Row> => ({
  name,
  type: 'timestamptz',
  oid: OID.timestamptz,
  arrayOf: (rows) => timestampArray(rows.map((row) => millisOrNull(field(row)))),
  copyTo: (out, row) => {
    const value = field(row);
    if (value === null) out.null();
    else out.time(millisOf(value));
  },
  addTo: (out, row) => addPlain(out, field(row)),
});

/** Whole and of any size; sums of durations are past what a bigint holds. */
export const numeric = <Row>(name: string, field: (row: Row) => bigint | null): ItemColumn<Row> => ({
  name,
  type: 'numeric',
  oid: OID.numeric,
  arrayOf: (rows) => `{${rows.map((row) => field(row)?.toString() ?? 'NULL').join()}}`,
  copyTo: (out, row) => {
    const value = field(row);
    if (value === null) out.null();
    else out.numeric(value);
  },
  addTo: (out, row) => addPlain(out, field(row)?.toString() ?? null),
});

/** An array. */
export const bigints = <Row>(name: string, field: (row: Row) => readonly number[]): CopyColumn<Row> => ({
  name,
  copyTo: (out, row) => {
    const items = field(row);
    const start = out.beginArray(OID.bigint, items.length);
    for (let index = 0; index < items.length; index++) out.int64(items[index] as number);
    out.endArray(start);
  },
});

/** A column of arrays. */
export interface ListColumn<Row> extends Column<Row> {
  /** SQL type of the arrays' elements. */
  of: string;
}

/**
 * The values of a column for several rows as one array: of numbers and times, whose text needs no quotes there. As
 * text in `unnest`, which takes arrays of arrays apart.
 */
export const list = <Row, Item>(
  { name, type, oid, copyTo, addTo }: ItemColumn<Item>,
  itemsOf: (row: Row) => readonly Item[],
): ListColumn<Row> => ({
  name,
  type: 'text',
  of: type,
  arrayOf: (rows) => {
    const out = new ArrayLiteral(1024);
    const literals = rows.map((row) => {
      for (const item of itemsOf(row)) addTo(out, item);
      return out.take();
    });
    return textArray(literals);
  },
  copyTo: (out, row) => {
    const items = itemsOf(row);
    const start = out.beginArray(oid, items.length);
    for (let index = 0; index < items.length; index++) copyTo(out, items[index] as Item);
    out.endArray(start);
  },
});

function copyText(out: CopyBinary, value: string | null): void {
  if (value === null) out.null();
  else out.text(value);
}

function addPlain(out: ArrayLiteral, value: string | null): void {
  if (value === null) out.null();
  else out.plain(value);
}

function millisOrNull(time: string | null): number | null {
  return time === null ? null : millisOf(time);
}
