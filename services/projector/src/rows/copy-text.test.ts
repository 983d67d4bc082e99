import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CopyText } from './copy-text.js';

function written(write: (out: CopyText) => void, size = 8): string {
  const out = new CopyText(size);
  write(out);
  expect(out.length).toBe(out.end().length);
  return out.end().toString('utf8');
}

/** What PostgreSQL makes of it (manual, COPY, text format). */
const unescaped = (copied: string) =>
  copied.replace(
    /\\(.)/gs,
    (_, character: string) => ({ t: '\t', n: '\n', r: '\r' })[character] ?? character,
  );

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 400 }),
  fc.string({ unit: fc.constantFrom('\\', '\t', '\n', '\r', 'N', '.', 'é', '😀', 'a'), maxLength: 300 }),
);
const anyNumber = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  fc.integer({ min: 0, max: 60 }).map((power) => 10 ** (power / 3)),
  fc.double(),
  fc.constantFrom(0, -0, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, -(2 ** 53) + 1),
);

describe('text for COPY', () => {
  it('is the very text once it is read, on one line and in one column', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const copied = written((out) => out.text(text));
        expect(copied).not.toMatch(/[\t\n\r]/);
        expect(unescaped(copied)).toBe(text.toWellFormed());
      }),
      { seed: printedSeed('text for COPY') },
    );
  });

  it('never is the mark of NULL, nor the end of the data', () => {
    expect(written((out) => out.null())).toBe('\\N');
    expect(written((out) => out.text('\\N'))).toBe('\\\\N');
    expect(written((out) => out.text('\\.'))).toBe('\\\\.');
  });

  it('has numbers as JavaScript writes them', () => {
    fc.assert(
      fc.property(anyNumber, (number) => {
        expect(written((out) => out.number(number))).toBe(String(number));
      }),
      { seed: printedSeed('numbers for COPY') },
    );
  });

  it('goes on behind what it has, however small it began', () => {
    const pieces = fc.array(fc.oneof(anyText, anyNumber), { maxLength: 30 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 0, max: 64 }), (values, size) => {
        const copied = written((out) => {
          for (const value of values) {
            if (typeof value === 'number') out.number(value);
            else out.text(value);
            out.byte(0x09);
          }
        }, size);
        const expected = values.map((value) =>
          typeof value === 'number' ? String(value) : value.toWellFormed(),
        );
        expect(copied.split('\t').slice(0, -1).map(unescaped)).toEqual(expected);
      }),
      { seed: printedSeed('rows for COPY') },
    );
  });

  it('is taken as a text, and begins anew', () => {
    const out = new CopyText(4);
    out.ascii('{1,23}');
    expect(out.takeAscii()).toBe('{1,23}');
    out.ascii('4');
    expect(out.takeAscii()).toBe('4');
    expect(out.length).toBe(0);
  });
});
