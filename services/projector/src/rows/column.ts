/** Columns of the tables that projections write, and how a value reaches PostgreSQL. */

import { float8Array, int8Array, jsonArray, textArray, timestampArray } from '@att/platform/postgres';
import type { ColumnName, ColumnType, TableName } from '@att/platform/projections';
import { ArrayLiteral } from './array-literal.js';
import type { CopyBinary } from './copy-binary.js';
import { millisOf } from './millis-of.js';

/** Writes a value in COPY's binary format, which is that of the column's type and no other. */
export interface CopyEncoder<Row, Type extends string = string> {
  type: Type;
  copyTo: (out: CopyBinary, row: Row) => void;
}

export interface Encoder<Row, Type extends string = string> extends CopyEncoder<Row, Type> {
  /** Encodes the values of all rows as one parameter, for `unnest`. */
  arrayOf(rows: readonly Row[]): Buffer | string;
}

/** Encoder of values that may stand in an array, too. */
export interface ItemEncoder<Row, Type extends string = string> extends Encoder<Row, Type> {
  /** Number of the type (src/include/catalog/pg_type.dat). */
  oid: number;
  /** Adds the value to an array as text. */
  addTo(out: ArrayLiteral, row: Row): void;
}

interface Named {
  name: string;
}

/** Column of a table that rows are only copied into. */
export type CopyColumn<Row> = CopyEncoder<Row> & Named;
export type Column<Row> = Encoder<Row> & Named;
export type ItemColumn<Row> = ItemEncoder<Row> & Named;

/** Encoders by the names of their columns, in the order in which values are written. */
export function named<One>(encoders: Readonly<Record<string, One>>): (One & Named)[] {
  return Object.entries(encoders).map(([name, encoder]) => ({ ...encoder, name }));
}

/** Columns of a table that rows are copied into: one that is missing, or has another type, does not compile. */
export function copyColumns<Name extends TableName, Row>(
  encoders: {
    [Column in ColumnName<Name>]: CopyEncoder<Row, ColumnType<Name, Column>>;
  },
): CopyColumn<Row>[] {
  return named<CopyEncoder<Row>>(encoders as Record<string, CopyEncoder<Row>>);
}

/** Columns of a table, or some of them, whose values can be sent as arrays, too. */
export function tableColumns<Name extends TableName, Row, Some extends ColumnName<Name> = ColumnName<Name>>(
  encoders: {
    [Column in Some]: Encoder<Row, ColumnType<Name, Column>>;
  },
): Column<Row>[] {
  return named<Encoder<Row>>(encoders as Record<string, Encoder<Row>>);
}

const OID = { bigint: 20, timestamptz: 1184, numeric: 1700 } as const;

export const bigint = <Row>(field: (row: Row) => number | null): ItemEncoder<Row, 'bigint'> => ({
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

export const text = <Row>(field: (row: Row) => string | null): Encoder<Row, 'text'> => ({
  type: 'text',
  arrayOf: (rows) => textArray(rows.map(field)),
  copyTo: (out, row) => copyText(out, field(row)),
});

export const float = <Row>(field: (row: Row) => number | null): Encoder<Row, 'float8'> => ({
  type: 'float8',
  arrayOf: (rows) => float8Array(rows.map(field)),
  copyTo: (out, row) => {
    const value = field(row);
    if (value === null) out.null();
    else out.float64(value);
  },
});

export const boolean = <Row>(field: (row: Row) => boolean): CopyEncoder<Row, 'boolean'> => ({
  type: 'boolean',
  copyTo: (out, row) => out.boolean(field(row)),
});

/** JSON as text, which is the binary form of `json`, but not of `jsonb`. */
export const json = <Row>(field: (row: Row) => string | null): Encoder<Row, 'json'> => ({
  type: 'json',
  arrayOf: (rows) => jsonArray(rows.map(field)),
  copyTo: (out, row) => copyText(out, field(row)),
});

/** Wire time. */
export const time = <Row>(field: (row: Row) => string | null): ItemEncoder<Row, 'timestamptz'> => ({
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

/** Whole numbers of any size: sums of durations are past what a bigint holds. */
export const numeric = <Row>(field: (row: Row) => bigint | null): ItemEncoder<Row, 'numeric'> => ({
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

/** Array of bigints. */
export const bigints = <Row>(field: (row: Row) => readonly number[]): CopyEncoder<Row, 'bigint[]'> => ({
  type: 'bigint[]',
  copyTo: (out, row) => {
    const items = field(row);
    const start = out.beginArray(OID.bigint, items.length);
    for (let index = 0; index < items.length; index++) out.int64(items[index] as number);
    out.endArray(start);
  },
});

/** Column of arrays. */
export interface ListColumn<Row> extends Encoder<Row>, Named {
  /** SQL type of the arrays' elements. */
  of: string;
}

/**
 * Values of a column for several rows as one array. They are numbers and times, whose text needs no quotes there. In `unnest`
 * the arrays are text, as it would take arrays of arrays apart.
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
