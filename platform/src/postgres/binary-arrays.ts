/**
 * PostgreSQL's binary form of one-dimensional arrays (array_send in src/backend/utils/adt/arrayfuncs.c),
 * for `unnest` inserts. A Buffer parameter is sent as binary, so payloads need no quoting here and no
 * unquoting there.
 */

const OID = { bytea: 17, int8: 20, text: 25, json: 114, float8: 701, timestamptz: 1184, uuid: 2950 } as const;

/** Milliseconds from 1970 to 2000, where PostgreSQL's time begins. */
const POSTGRES_EPOCH = 946_684_800_000;
const HEADER_BYTES = 20;

type Nullable<T> = readonly (T | null)[];

export const textArray = (values: Nullable<string>): Buffer => variable(OID.text, values);
export const jsonArray = (values: Nullable<string>): Buffer => variable(OID.json, values);
/** JSON as the UTF-8 bytes it came in. */
export const jsonBytesArray = (values: Nullable<Uint8Array>): Buffer => bytes(OID.json, values);
export const byteaArray = (values: Nullable<Uint8Array>): Buffer => bytes(OID.bytea, values);

/** Bytes given as hex, all of one length. */
export const hexByteaArray = (values: Nullable<string>, length: number): Buffer =>
  fixed(OID.bytea, length, values, (out, value, at) => out.write(value, at, 'hex'));

export const int8Array = (values: Nullable<number>): Buffer =>
  fixed(OID.int8, 8, values, (out, value, at) => out.writeBigInt64BE(BigInt(value), at));

export const float8Array = (values: Nullable<number>): Buffer =>
  fixed(OID.float8, 8, values, (out, value, at) => out.writeDoubleBE(value, at));

/** Times in milliseconds since 1970. */
export const timestampArray = (values: Nullable<number>): Buffer =>
  fixed(OID.timestamptz, 8, values, (out, value, at) =>
    out.writeBigInt64BE(BigInt(value - POSTGRES_EPOCH) * 1000n, at),
  );

export const uuidArray = (values: Nullable<string>): Buffer =>
  fixed(OID.uuid, 16, values, (out, value, at) => out.write(value.replaceAll('-', ''), at, 'hex'));

function bytes(oid: number, values: Nullable<Uint8Array>): Buffer {
  const size = values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), HEADER_BYTES);
  const out = start(oid, values.length, size);
  let at = HEADER_BYTES;
  for (const value of values) {
    at = out.writeInt32BE(value === null ? -1 : value.length, at);
    if (value === null) continue;
    out.set(value, at);
    at += value.length;
  }
  return out;
}

function variable(oid: number, values: Nullable<string>): Buffer {
  const lengths = new Int32Array(values.length);
  let size = HEADER_BYTES;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const length = value === null || value === undefined ? -1 : Buffer.byteLength(value);
    lengths[i] = length;
    size += 4 + Math.max(0, length);
  }
  const out = start(oid, values.length, size);
  let at = HEADER_BYTES;
  for (let i = 0; i < values.length; i++) {
    const length = lengths[i] as number;
    at = out.writeInt32BE(length, at);
    if (length > 0) at += out.write(values[i] as string, at, 'utf8');
  }
  return out;
}

function fixed<T>(
  oid: number,
  width: number,
  values: Nullable<T>,
  write: (out: Buffer, value: T, at: number) => void,
): Buffer {
  const nulls = values.reduce((count, value) => count + (value === null ? 1 : 0), 0);
  const out = start(oid, values.length, HEADER_BYTES + values.length * 4 + (values.length - nulls) * width);
  let at = HEADER_BYTES;
  for (const value of values) {
    at = out.writeInt32BE(value === null ? -1 : width, at);
    if (value === null) continue;
    write(out, value, at);
    at += width;
  }
  return out;
}

/** Header: dimensions, has-nulls flag, element type, length of the dimension, its lower bound. */
function start(oid: number, count: number, size: number): Buffer {
  const out = Buffer.allocUnsafe(size);
  out.writeInt32BE(1, 0);
  out.writeInt32BE(1, 4);
  out.writeInt32BE(oid, 8);
  out.writeInt32BE(count, 12);
  out.writeInt32BE(1, 16);
  return out;
}
