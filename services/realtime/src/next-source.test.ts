import { describe, expect, it } from 'vitest';
import { nextPageSize, nextSource } from './next-source.js';

describe('the next source', () => {
  const ring = { floor: 100, tip: 200 };

  it.each([
    [0, 'log'],
    [99, 'log'],
    [100, 'ring'],
    [199, 'ring'],
    [200, 'live'],
    // A client that read the log may be ahead of the feed.
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
