import { describe, expect, it } from 'vitest';
import { RowCache } from './row-cache.js';

const KIB = 1024;
const row = (bytes: number) => 'x'.repeat(bytes);
const cacheOf = (capacity: number, maxBytes: number) =>
  new RowCache<string>({ capacity, maxBytes, weigh: (text) => text.length });
/** Trims as when the batch is written and two others, of other rows, are folded. */
function trimLater(cache: RowCache<string>): void {
  for (let batch = 0; batch < 3; batch++) cache.trim();
}
const kept = (cache: RowCache<string>, ...keys: string[]) =>
  keys.filter((key) => cache.get(key) !== undefined);

describe('the cache of rows', () => {
  it('drops nothing of a batch, and after it what was set the most batches ago', () => {
    const cache = cacheOf(2, KIB);
    for (const key of ['a', 'b', 'c']) cache.set(key, row(1));
    cache.trim();
    expect(kept(cache, 'a', 'b', 'c')).toEqual(['a', 'b', 'c']);
    cache.set('a', row(1));
    trimLater(cache);
    expect(kept(cache, 'a', 'b', 'c')).toEqual(['a', 'c']);
  });

  it('drops large rows, the oldest first, until the others are within its bytes', () => {
    const cache = cacheOf(100, 30 * KIB);
    for (const key of ['a', 'b', 'c', 'd']) cache.set(key, row(10 * KIB));
    cache.set('light', row(1));
    trimLater(cache);
    expect(kept(cache, 'a', 'b', 'c', 'd', 'light')).toEqual(['b', 'c', 'd', 'light']);
  });

  it('weighs a row as it was set last', () => {
    const cache = cacheOf(100, 30 * KIB);
    for (let i = 0; i < 10; i++) cache.set('a', row(20 * KIB));
    cache.set('b', row(10 * KIB));
    trimLater(cache);
    expect(kept(cache, 'a', 'b')).toEqual(['a', 'b']);
    cache.set('a', row(1));
    cache.set('c', row(20 * KIB));
    trimLater(cache);
    expect(kept(cache, 'a', 'b', 'c')).toEqual(['a', 'b', 'c']);
  });

  it('takes of what a batch left the rows that it changed, and lets the others grow old', () => {
    const cache = cacheOf(2, KIB);
    const keys = ['a', 'b', 'c'].map((key) => ({ key }));
    cache.setChanged(keys, [row(1), row(2), undefined]);
    trimLater(cache);
    cache.setChanged(keys, [row(1), row(3), row(4)]);
    trimLater(cache);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([undefined, row(3), row(4)]);
  });

  it('does not keep a row that is larger than all that may be kept', () => {
    const cache = cacheOf(100, 30 * KIB);
    cache.set('a', row(31 * KIB));
    trimLater(cache);
    expect(kept(cache, 'a')).toEqual([]);
  });
});

describe('rows that are still on their way to the database', () => {
  it('stay, however many or heavy, until the next two batches are folded', () => {
    const cache = cacheOf(1, 10 * KIB);
    for (const key of ['a', 'b', 'c']) cache.set(key, row(10 * KIB));
    cache.trim();
    expect(kept(cache, 'a', 'b', 'c')).toEqual(['a', 'b', 'c']);
    cache.set('b', row(1));
    cache.trim();
    expect(kept(cache, 'a', 'b', 'c')).toEqual(['a', 'b', 'c']);
    cache.trim();
    expect(kept(cache, 'a', 'b', 'c')).toEqual(['b']);
  });
});

describe('rows that are not here', () => {
  const emptyTable = () => new RowCache<string>({ capacity: 1, isTableEmpty: true });

  it('may be in the table', () => {
    expect(cacheOf(1, KIB).isToLoad('a')).toBe(true);
  });

  it('are not, where it was empty, until they were set and let go', () => {
    const cache = emptyTable();
    expect(cache.isToLoad('a')).toBe(false);
    cache.set('a', row(1));
    cache.set('b', row(1));
    trimLater(cache);
    expect(kept(cache, 'a', 'b')).toEqual(['b']);
    expect(['a', 'c'].filter((key) => cache.isToLoad(key))).toEqual(['a']);
  });

  it('may be once the table has rows that were never set', () => {
    const cache = emptyTable();
    cache.passedOver();
    expect(cache.isToLoad('a')).toBe(true);
  });
});
