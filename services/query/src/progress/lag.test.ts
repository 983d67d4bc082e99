import { PROJECTION_NAMES } from '@att/platform/projections';
import { describe, expect, it } from 'vitest';
import { lagOf } from './lag.js';

const at = (head: number, ...positions: number[]) => ({
  head,
  generations: new Map(
    positions.map((position, n) => [
      PROJECTION_NAMES[n] as (typeof PROJECTION_NAMES)[number],
      { id: n, position },
    ]),
  ),
});

describe('the lag', () => {
  it('is that of the slowest read model', () => {
    expect(lagOf(at(9, 9, 9, 9))).toBe('0 events behind');
    expect(lagOf(at(9, 9, 8, 9))).toBe('1 event behind');
    expect(lagOf(at(9, 0, 8, 9))).toBe('9 events behind');
  });

  it('is none while a read model is missing', () => {
    expect(() => lagOf(at(9, 9, 9))).toThrow('was not built yet');
    expect(() => lagOf(at(0))).toThrow('was not built yet');
  });
});
