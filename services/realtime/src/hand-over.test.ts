import { describe, expect, it } from 'vitest';
import { nextPageSize, nextSource } from './hand-over.js';

describe('the hand-over', () => {
  const ring = { floor: 100, tip: 200 };

  it.each([
    [0, 'log'],
    [99, 'log'],
    [100, 'ring'],
    [199, 'ring'],
    [200, 'live'],
    // The log is ahead of what the feed has told this process.
    [250, 'live'],
  ] as const)('finds what follows position %i in: %s', (position, source) => {
    expect(nextSource(position, ring)).toBe(source);
  });

  it('is live at once where the ring has just begun', () => {
    expect(nextSource(7, { floor: 7, tip: 7 })).toBe('live');
  });
});

describe('the size of a page', () => {
  it('grows while pages are full, and shrinks to what fits', () => {
    expect(nextPageSize(128, 128)).toBe(256);
    expect(nextPageSize(1_000, 1_000)).toBe(1_000);
    expect(nextPageSize(1_000, 40)).toBe(80);
    expect(nextPageSize(1_000, 0)).toBe(16);
  });
});
