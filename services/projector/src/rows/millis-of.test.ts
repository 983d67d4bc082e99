import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { millisOf } from './millis-of.js';

const NOON = Date.UTC(2026, 0, 31, 12);
const wireTime = fc
  .oneof(
    fc.integer({ min: NOON, max: NOON + 120_000 }),
    fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(9999, 11, 31) }),
    fc.integer({ min: Date.parse('0001-01-01T00:00:00.000Z'), max: 0 }),
  )
  .map((millis) => new Date(millis).toISOString());
const other = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom(
    '2026-01-31T12:00:00Z',
    '2026-01-31T12:00:61.000Z',
    '2026-01-31T12:00:0a.000Z',
    '2026-01-31T12:00:00.0-1Z',
    '2026-01-31T12:00:00,000Z',
    '2026-01-31T12:61:00.000Z',
    '2026-01-31T12:00:00.000+',
  ),
);

describe('the milliseconds of a time', () => {
  it('are what Date.parse says, whatever came before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 5, arbitrary: wireTime }, other), { maxLength: 30 }),
        (times) => {
          expect(times.map(millisOf)).toEqual(times.map((time) => Date.parse(time)));
        },
      ),
      { seed: printedSeed('milliseconds of times') },
    );
  });
});
