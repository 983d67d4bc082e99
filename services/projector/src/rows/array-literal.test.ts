import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrayLiteral } from './array-literal.js';

const anyNumber = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  fc.integer({ min: 0, max: 60 }).map((power) => 10 ** (power / 3)),
  fc.constantFrom(0, -0, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, -(2 ** 53) + 1),
);
const anyItem = fc.oneof(
  anyNumber,
  fc.constantFrom(null, '2026-01-31T12:34:56.789Z', '-12345678901234567890'),
);

describe('array literals', () => {
  it('have all items as JavaScript writes them, one literal after the other, however small they began', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(anyItem, { maxLength: 20 })),
        fc.integer({ min: 0, max: 64 }),
        (arrays, size) => {
          const out = new ArrayLiteral(size);
          const literals = arrays.map((items) => {
            for (const item of items) {
              if (item === null) out.null();
              else if (typeof item === 'number') out.number(item);
              else out.plain(item);
            }
            return out.take();
          });
          expect(literals).toEqual(
            arrays.map((items) => `{${items.map((item) => (item === null ? 'NULL' : String(item))).join()}}`),
          );
        },
      ),
      { seed: printedSeed('array literals') },
    );
  });
});
