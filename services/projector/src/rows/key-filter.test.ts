import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyFilter } from './key-filter.js';

describe('the filter of keys', () => {
  it('has every key that was added, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 })), (keys) => {
        const filter = new KeyFilter();
        for (const key of keys) filter.add(key);
        expect(keys.filter((key) => !filter.mayHave(key))).toEqual([]);
      }),
      { seed: printedSeed('filter of keys'), numRuns: 20 },
    );
  });

  it('has next to none of the others, however alike they are', () => {
    const filter = new KeyFilter();
    const key = (n: number) => `project-${n % 7}\0task-${n}`;
    for (let n = 0; n < 500_000; n++) filter.add(key(2 * n));
    let errors = 0;
    for (let n = 0; n < 500_000; n++) if (filter.mayHave(key(2 * n + 1))) errors += 1;
    // Half a million keys err once in 6,000 when hashes are spread evenly.
    expect(errors).toBeLessThan(150);
  });
});
