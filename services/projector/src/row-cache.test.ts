import { describe, expect, it } from 'vitest';
import { RowCache } from './row-cache.js';

const KIB = 1024;
const row = (bytes: number) => 'x'.repeat(bytes);
const cacheOf = (capacity: number, maxBytes: number) =>
  new RowCache<string>({ capacity, maxBytes, weigh: (text) => text.length });
const kept = (cache: RowCache<string>, ...keys: string[]) =>
  keys.filter((key) => cache.get(key) !== undefined);

describe('the cache of rows', () => {
  it('drops nothing within a batch, and after it what was set longest ago', () => {
    const cache = cacheOf(2, KIB);
    for (const key of ['a', 'b', 'c', 'a']) cache.set(key, row(1));
    expect(kept(cache, 'a', 'b', 'c')).toEqual(['a', 'b', 'c']);
    cache.trim();
    expect(kept(cache, 'a', 'b', 'c')).toEqual(['a', 'c']);
  });

  it('drops large rows, the oldest first, until the others are within its bytes', () => {
    const cache = cacheOf(100, 30 * KIB);
    for (const key of ['a', 'b', 'c', 'd']) cache.set(key, row(10 * KIB));
    cache.set('light', row(1));
    cache.trim();
    expect(kept(cache, 'a', 'b', 'c', 'd', 'light')).toEqual(['b', 'c', 'd', 'light']);
  });

  it('weighs a row as it was set last', () => {
    const cache = cacheOf(100, 30 * KIB);
    for (let i = 0; i < 10; i++) cache.set('a', row(20 * KIB));
    cache.set('b', row(10 * KIB));
    cache.trim();
    expect(kept(cache, 'a', 'b')).toEqual(['a', 'b']);
    cache.set('a', row(1));
    cache.set('c', row(20 * KIB));
    cache.trim();
    expect(kept(cache, 'a', 'b', 'c')).toEqual(['a', 'b', 'c']);
  });

  it('does not keep a row that is larger than all that may be kept', () => {
    const cache = cacheOf(100, 30 * KIB);
    cache.set('a', row(31 * KIB));
    cache.trim();
    expect(kept(cache, 'a')).toEqual([]);
  });
});
