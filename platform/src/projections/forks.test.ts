import fc from 'fast-check';
import { expect, it } from 'vitest';
import { forkOf, forksAround } from './index.js';

const position = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2 ** 44 }));

it('a range that contains a position has one of its forks', () => {
  fc.assert(
    fc.property(position, position, position, (a, b, c) => {
      const [from, at, last] = [a, b, c].sort((one, other) => one - other) as [number, number, number];
      const fork = forkOf(from, last + 1);
      expect(fork).toBeGreaterThanOrEqual(from);
      expect(fork).toBeLessThanOrEqual(last);
      expect(forksAround(at)).toContain(fork);
    }),
    { numRuns: 5_000 },
  );
});

it('ranges that do not overlap have different forks', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(lengths, (given) => {
      let from = 1;
      const forks = given.map((length) => {
        from += length;
        return forkOf(from - length, from);
      });
      expect(new Set(forks).size).toBe(forks.length);
    }),
  );
});

it('a position has few forks', () => {
  expect(forksAround(2 ** 40 - 12_345).length).toBeLessThan(50);
});
