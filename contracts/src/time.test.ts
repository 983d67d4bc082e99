import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimestamp, secondsBetween, wireTime } from './index.js';

describe('parseTimestamp', () => {
  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31t12:00:00z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31 12:00:00', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.1', '2026-01-31T12:00:00.100Z'],
    ['2026-01-31T12:00:00,25Z', '2026-01-31T12:00:00.250Z'],
    ['2026-01-31T12:00:00.999999999Z', '2026-01-31T12:00:00.999Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
    ['2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-01T00:30:00+05:45', '2025-12-31T18:45:00.000Z'],
    ['2025-12-31T23:30:00-01:00', '2026-01-01T00:30:00.000Z'],
    ['2026-01-31T12:00:00-00:00', '2026-01-31T12:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('reads %s', (text, time) => {
    expect(parseTimestamp(text)).toBe(time);
  });

  it.each([
    '',
    'now',
    '1769860800',
    '2026-01-31',
    '2026-01-31T12:00',
    '2026-1-31T12:00:00Z',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00:61Z',
    '2026-01-31T12:00:00.Z',
    '2026-01-31T12:00:00+020',
    '2026-01-31T12:00:00+24:00',
    '2026-01-31T12:00:00+02:60',
    '2026-01-31T12:00:00 Z',
    '2026-01-31T12:00:00Z ',
    '2026-01-31T12:00:00ZZ',
    '+002026-01-31T12:00:00Z',
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    'Sat, 31 Jan 2026 12:00:00 GMT',
  ])('refuses %j', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it('gives every time of the years 1 to 9999 back as it was', () => {
    const any = fc.date({
      min: new Date('0001-01-01T00:00:00.000Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(any, (date) => {
        const text = date.toISOString();
        expect(parseTimestamp(text)).toBe(text);
        expect(wireTime.safeParse(text).success).toBe(true);
      }),
      { seed: printedSeed('wire times') },
    );
  });
});

describe('secondsBetween', () => {
  it('counts milliseconds, and back', () => {
    expect(secondsBetween('2026-01-31T12:00:00.000Z', '2026-01-31T12:00:01.250Z')).toBe(1.25);
    expect(secondsBetween('2026-01-31T12:00:01.000Z', '2026-01-31T12:00:00.000Z')).toBe(-1);
  });
});
