import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstReport } from './first-report';
import { age, duration, pretty, progress } from './format';
import { statusKind } from './status-kind';

const NOW = Date.parse('2026-01-31T12:00:00.000Z');

// Exact words depend on the language data of the runtime, which differs between versions.
it.each<[string, RegExp]>([
  ['2026-01-31T12:00:05.000Z', /^now$/],
  ['2026-01-31T11:59:59.000Z', /^now$/],
  ['2026-01-31T11:59:57.000Z', /^3 ?s/],
  ['2026-01-31T11:58:01.000Z', /^1 ?m/],
  ['2026-01-31T09:59:59.000Z', /^2 ?h/],
  ['2026-01-28T11:00:00.000Z', /^3 ?d/],
])('the age of %s is %s', (time, words) => {
  expect(age(time, NOW)).toMatch(words);
});

it.each([
  [0, '0 s'],
  [0.04, '0 s'],
  [1.26, '1.3 s'],
  [9.96, '10 s'],
  [9.949, '9.9 s'],
  [9.95, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 m'],
  [3_599.4, '59 m 59 s'],
  [3_599.6, '1 h'],
  [86_399.6, '1 d'],
  [60, '1 m'],
  [200, '3 m 20 s'],
  [3_599.9, '1 h'],
  [7_500, '2 h 5 m'],
  [360_000, '4 d 4 h'],
  [1e300, '> 99,999 d'],
])('%d seconds are %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const NEXT = { s: 60, m: 60, h: 24, d: 100_000 } as const;

/** Amounts and units of a duration as text. */
function readDuration(shown: string): { amount: number; unit: keyof typeof SECONDS }[] {
  return [...shown.matchAll(/([\d.,]+) ([smhd])/g)].map(([, amount = '', unit = 's']) => ({
    amount: Number(amount.replaceAll(',', '')),
    unit: unit as keyof typeof SECONDS,
  }));
}

/** Values on both sides of each step from one unit to the next, where rounding goes wrong. */
const lengths = fc.oneof(
  fc.double({ min: 0, max: 1e10, noNaN: true }),
  fc
    .tuple(
      fc.constantFrom(1, 10, 60, 3_600, 86_400),
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: -2, max: 2, noNaN: true }),
    )
    .map(([unit, times, beside]) => Math.max(0, unit * times + beside)),
);

it('a length of time never fills a unit that has a next one, and is exact in its last unit', () => {
  fc.assert(
    fc.property(lengths, (seconds) => {
      const units = readDuration(duration(seconds));
      for (const { amount, unit } of units) expect(amount).toBeLessThan(NEXT[unit]);
      const shown = units.reduce((sum, { amount, unit }) => sum + amount * SECONDS[unit], 0);
      const least = seconds < 3_600 ? 1 : seconds < 86_400 ? 60 : 3_600;
      if (seconds < 8e9) expect(Math.abs(shown - seconds)).toBeLessThanOrEqual(least);
    }),
  );
});

it('a longer time never looks shorter', () => {
  fc.assert(
    fc.property(lengths, lengths, (a, b) => {
      const length = (seconds: number) =>
        readDuration(duration(seconds)).reduce((sum, { amount, unit }) => sum + amount * SECONDS[unit], 0);
      expect(length(Math.min(a, b))).toBeLessThanOrEqual(length(Math.max(a, b)));
    }),
  );
});

it('an age never fills a unit that has a next one', () => {
  const limits = { s: 60, m: 60, h: 24 } as const;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 * 86_400_000 }), (ms) => {
      const [, amount, unit] = age(new Date(NOW - ms).toISOString(), NOW).match(/^(\d+) ?([smh])/) ?? [];
      if (unit !== undefined) expect(Number(amount)).toBeLessThan(limits[unit as keyof typeof limits]);
    }),
  );
});

it('progress keeps what the agent sent, and never rounds up to the end', () => {
  expect([0, 33.33, 99.97, 100].map(progress)).toEqual(['0%', '33.3%', '99.9%', '100%']);
});

it('text is shown as it is, JSON with indents', () => {
  expect(pretty('Готово\nok')).toBe('Готово\nok');
  expect(pretty({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}');
});

describe('the look of a status', () => {
  const ended = '2026-01-31T12:00:00.000Z';
  it.each([
    ['running', null, 'running'],
    ['Waiting', null, 'waiting'],
    ['reviewing', null, 'running'],
    ['completed', ended, 'completed'],
    ['failed', ended, 'failed'],
    ['cancelled', ended, 'cancelled'],
  ])('%s, ended %s: %s', (status, finished_at, kind) => {
    expect(statusKind({ status, finished_at })).toBe(kind);
  });
});

describe('the first report', () => {
  it('goes to this server, with the key of the shell', () => {
    const command = firstReport('https://tracker.example');
    expect(command).toContain('https://tracker.example/webhook/start');
    expect(command).toContain('"X-API-Key: $API_KEY"');
  });

  it('quotes a key for the shell', () => {
    expect(firstReport('http://h', "a'$b")).toContain(`'X-API-Key: a'\\''$b'`);
  });
});
