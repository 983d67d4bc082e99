import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLatencies } from './latencies.js';

describe('latencies', () => {
  it('have no quantile before there is one', () => {
    expect(createLatencies().quantile(0.5)).toBeNull();
  });

  it('have quantiles that are a twentieth too high at most', () => {
    const times = fc.array(fc.double({ min: 0.1, max: 60_000, noNaN: true }), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(times, fc.constantFrom(0, 0.5, 0.99, 1), (all, share) => {
        const latencies = createLatencies();
        for (const one of all) latencies.add(one);
        const sorted = all.sort((one, other) => one - other);
        const exact = sorted[Math.max(1, Math.ceil(share * all.length)) - 1] as number;
        const found = latencies.quantile(share) as number;
        expect(found).toBeGreaterThanOrEqual(exact * 0.999);
        expect(found).toBeLessThanOrEqual(exact * 1.051);
      }),
      { seed: printedSeed('quantiles') },
    );
  });
});
