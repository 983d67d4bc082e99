import { foldText } from '@att/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printedSeed } from '../testing/index.js';
import { hasTrigrams, searchKey } from './index.js';

const keyOf = (text: string) => searchKey(foldText(text));

describe('a search key', () => {
  it('is ASCII, and is the folded text where that is', () => {
    expect(keyOf('Refactor task-12, 50%')).toBe('refactor task-12, 50%');
    expect(keyOf('東京 é 🚀')).toMatch(/^[\0-\x7f]*$/);
  });

  it('has a part exactly where the folded text has it', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', 'k', '1', ' ', 'é', 'К', '東', '京', '🚀', '🚁', '%'),
    });
    const seed = printedSeed('search key');
    fc.assert(
      fc.property(text, text, (whole, part) => {
        expect(keyOf(whole).includes(keyOf(part))).toBe(foldText(whole).includes(foldText(part)));
      }),
      { seed, numRuns: 2_000 },
    );
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary', maxLength: 2 }),
        (whole, part) => {
          expect(keyOf(whole).includes(keyOf(part))).toBe(foldText(whole).includes(foldText(part)));
        },
      ),
      { seed, numRuns: 2_000 },
    );
  });

  it('lets the index find two letters of most scripts, and three of ours', () => {
    for (const part of ['東', 'ё', 'ab c', 'abc', '🚀']) expect(hasTrigrams(keyOf(part)), part).toBe(true);
    for (const part of ['a', 'ab', '%', '-']) expect(hasTrigrams(keyOf(part)), part).toBe(false);
  });
});
