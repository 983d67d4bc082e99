import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CopyBinary } from './copy-binary.js';

function written(write: (out: CopyBinary) => void, size = 8): Buffer {
  const out = new CopyBinary(size);
  write(out);
  expect(out.length).toBe(out.end().length);
  return out.end();
}

/** The bytes of a field, behind its length. */
function field(write: (out: CopyBinary) => void): Buffer {
  const bytes = written(write);
  expect(bytes.readInt32BE(0)).toBe(bytes.length - 4);
  return bytes.subarray(4);
}

/** Reads a numeric as `numeric_recv` does. */
function numericOf(bytes: Buffer): bigint {
  const [count, weight, sign, scale] = [0, 2, 4, 6].map((at) => bytes.readUInt16BE(at)) as [
    number,
    number,
    number,
    number,
  ];
  expect(bytes).toHaveLength(8 + 2 * count);
  expect([scale, (weight + 1) & 0xffff]).toEqual([0, count]);
  expect([0, 0x4000]).toContain(sign);
  let value = 0n;
  for (let at = 8; at < bytes.length; at += 2) {
    expect(bytes.readUInt16BE(at)).toBeLessThan(10_000);
    value = value * 10_000n + BigInt(bytes.readUInt16BE(at));
  }
  return sign === 0 ? value : -value;
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 400 }),
  fc.string({ unit: fc.constantFrom('\\', '\t', '\n', '\ud800', '\udfff', 'é', '😀', 'a'), maxLength: 300 }),
);
const powerOfTwo = fc.integer({ min: 0, max: 62 }).map((power) => 2 ** power);
const anyWhole = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  powerOfTwo,
  powerOfTwo.map((power) => -power),
  fc.constantFrom(0, -0, 2 ** 32 - 1, -(2 ** 32) - 1, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), -(2 ** 63)),
);
const anyNumeric = fc.oneof(
  anyWhole.map(BigInt),
  fc.bigInt(),
  fc
    .tuple(fc.integer({ min: 0, max: 320 }), fc.constantFrom(-1n, 1n))
    .map(([power, sign]) => sign * 10n ** BigInt(power)),
);

describe('the binary form of COPY', () => {
  it('has texts as UTF-8', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(field((out) => out.text(text)).toString('utf8')).toBe(text.toWellFormed());
      }),
      { seed: printedSeed('binary text') },
    );
  });

  it('has bigints and doubles', () => {
    fc.assert(
      fc.property(anyWhole, fc.double(), (whole, double) => {
        expect(field((out) => out.int64(whole)).readBigInt64BE()).toBe(BigInt(whole));
        expect(field((out) => out.float64(double)).readDoubleBE()).toBe(double);
      }),
      { seed: printedSeed('binary numbers') },
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0.5, 2 ** 63, -(2 ** 64)])(
    'has no bigint for %d',
    (value) => {
      const out = new CopyBinary(8);
      expect(() => out.int64(value)).toThrow(RangeError);
      expect(out.length).toBe(0);
    },
  );

  it('has times in microseconds since 2000', () => {
    const anyMillis = fc.oneof(
      fc.date({ noInvalidDate: true }).map(Number),
      fc.integer({ min: Date.UTC(1999, 11, 31, 23, 59), max: Date.UTC(2000, 0, 1, 0, 1) }),
    );
    fc.assert(
      fc.property(anyMillis, (millis) => {
        expect(field((out) => out.time(millis)).readBigInt64BE()).toBe(
          (BigInt(millis) - BigInt(Date.UTC(2000, 0))) * 1000n,
        );
      }),
      { seed: printedSeed('binary times') },
    );
    expect(() => new CopyBinary(8).time(Number.NaN)).toThrow(RangeError);
  });

  it('has numerics in digits of four decimals', () => {
    fc.assert(
      fc.property(anyNumeric, (numeric) => {
        expect(numericOf(field((out) => out.numeric(numeric)))).toBe(numeric);
      }),
      { seed: printedSeed('binary numerics') },
    );
    expect(field((out) => out.numeric(0n)).readInt16BE(0)).toBe(0);
    expect(field((out) => out.numeric(9_999n)).readInt16BE(0)).toBe(1);
    expect(field((out) => out.numeric(10_000n)).readInt16BE(0)).toBe(2);
  });

  it('has arrays, of nothing without a dimension', () => {
    const array = field((out) => {
      const start = out.beginArray(20, 2);
      out.int64(7);
      out.null();
      out.endArray(start);
    });
    const head = [1, 0, 20, 2, 1];
    expect(head.map((_, index) => array.readInt32BE(4 * index))).toEqual(head);
    expect(array.subarray(20).toString('hex')).toBe('000000080000000000000007ffffffff');
    const empty = field((out) => out.endArray(out.beginArray(1184, 0)));
    expect(empty.toString('hex')).toBe('0000000000000000000004a0');
  });

  it('goes on behind what it has, however small it began', () => {
    const pieces = fc.array(fc.oneof(anyText, anyNumeric, anyWhole, fc.constant(null)), { maxLength: 30 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 0, max: 64 }), (values, size) => {
        const bytes = written((out) => {
          out.header();
          out.row(values.length);
          for (const value of values) {
            if (value === null) out.null();
            else if (typeof value === 'string') out.text(value);
            else if (typeof value === 'bigint') out.numeric(value);
            else out.int64(value);
          }
          out.trailer();
        }, size);
        expect(bytes.toString('latin1', 0, 11)).toBe('PGCOPY\n\xff\r\n\0');
        expect([bytes.readInt32BE(11), bytes.readInt32BE(15)]).toEqual([0, 0]);
        expect(bytes.readInt16BE(19)).toBe(values.length);
        let at = 21;
        for (const value of values) {
          const length = bytes.readInt32BE(at);
          at += 4;
          if (value === null) expect(length).toBe(-1);
          else {
            const part = bytes.subarray(at, at + length);
            if (typeof value === 'string') expect(part.toString('utf8')).toBe(value.toWellFormed());
            else if (typeof value === 'bigint') expect(numericOf(part)).toBe(value);
            else expect(part.readBigInt64BE()).toBe(BigInt(value));
            at += length;
          }
        }
        expect(bytes.subarray(at).toString('hex')).toBe('ffff');
      }),
      { seed: printedSeed('rows for COPY') },
    );
  });
});
