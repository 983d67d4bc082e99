import { describe, expect, it } from 'vitest';
import { RateMeter } from './rate-meter.js';

describe('the rate of a build', () => {
  it('is that of the last seconds', () => {
    let now = 0;
    const meter = new RateMeter(100, () => now);
    now = 1_000;
    expect(meter.reached(1_100)).toBe(1_000);
    now = 2_000;
    expect(meter.reached(1_100)).toBe(500);
    for (now = 3_000; now <= 20_000; now += 1_000) meter.reached(1_100 + (now - 2_000) * 2);
    expect(meter.reached(1_100 + 19_000 * 2)).toBeCloseTo(2_000, 0);
  });

  it('is a number from the first moment on', () => {
    const meter = new RateMeter(0, () => 0);
    expect(Number.isFinite(meter.reached(5_000))).toBe(true);
  });
});
