import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, printedSeed, type TestDatabase } from '../testing/index.js';
import {
  byteaArray,
  float8Array,
  hexByteaArray,
  int8Array,
  jsonArray,
  textArray,
  timestampArray,
  uuidBytesArray,
} from './binary-arrays.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0') && value.isWellFormed());
const millis = fc.integer({ min: Date.UTC(1, 0), max: Date.UTC(9999, 11, 31) });

/** Each kind: its values, how they are encoded, and what PostgreSQL should say it got. */
const KINDS = {
  text: { type: 'text', values: text, encode: textArray, expected: (value: string) => value },
  int8: { type: 'bigint', values: fc.maxSafeInteger(), encode: int8Array, expected: String },
  float8: {
    type: 'float8',
    values: fc.double({ noNaN: true, noDefaultInfinity: true }),
    encode: float8Array,
    expected: (value: number) => String(Object.is(value, -0) ? '-0' : value),
  },
  json: { type: 'json', values: fc.json(), encode: jsonArray, expected: (value: string) => value },
  bytea: {
    type: 'bytea',
    values: fc.uint8Array(),
    encode: byteaArray,
    expected: (value: Uint8Array) => `\\x${Buffer.from(value).toString('hex')}`,
  },
  uuid: {
    type: 'uuid',
    values: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    encode: uuidBytesArray,
    expected: (value: Uint8Array) =>
      Buffer.from(value)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  },
  timestamp: {
    type: 'timestamptz',
    values: millis,
    encode: timestampArray,
    expected: (value: number) => new Date(value).toISOString(),
  },
} as const;

describe('binary arrays', () => {
  it.each(Object.entries(KINDS))(
    'of %s reach PostgreSQL as they are, nulls and emptiness included',
    async (name, kind) => {
      const { type, encode, expected } = kind as {
        type: string;
        encode: (values: unknown[]) => Buffer;
        expected: (value: unknown) => string;
      };
      const shown = type === 'timestamptz' ? `to_char(v, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')` : 'v::text';
      await fc.assert(
        fc.asyncProperty(fc.array(fc.option(kind.values as fc.Arbitrary<unknown>)), async (values) => {
          const { rows } = await database
            .pool()
            .query(`SELECT ${shown} AS v FROM unnest($1::${type}[]) WITH ORDINALITY AS u (v, n) ORDER BY n`, [
              encode(values),
            ]);
          const got = rows.map((row) =>
            type === 'float8' && row.v !== null ? String(Number(row.v)) : row.v,
          );
          const want = values.map((value) => (value === null ? null : expected(value)));
          expect(got).toEqual(
            type === 'float8' ? want.map((v) => (v === null ? null : String(Number(v)))) : want,
          );
        }),
        { seed: printedSeed(`binary arrays of ${name}`), numRuns: 30 },
      );
    },
  );

  it('of hex take hashes of one length', async () => {
    const hashes = ['00'.repeat(32), null, 'ab'.repeat(32)];
    const { rows } = await database
      .pool()
      .query(`SELECT encode(v, 'hex') AS v FROM unnest($1::bytea[]) AS u (v)`, [hexByteaArray(hashes, 32)]);
    expect(rows.map((row) => row.v)).toEqual(hashes);
  });
});
