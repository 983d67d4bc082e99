import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText, searchWords } from './fold-text.js';

describe('folding text', () => {
  it.each([
    ['Refactor MODULE', 'refactor module'],
    ['Собрать ОТЧЁТ', 'собрать отчёт'],
    ['ＦＵＬＬ ｗｉｄｔｈ', 'full width'],
    ['e\u0301tude', 'étude'],
    ['ΑΘΗΝΑΣ', 'αθηνασ'],
    ['東京', '東京'],
    ['Straße', 'strasse'],
    ['STRASSE', 'strasse'],
    ['İstanbul', 'istanbul'],
    ['GROẞ', 'gross'],
  ])('makes %s into %s', (text, folded) => {
    expect(foldText(text)).toBe(folded);
  });

  it('changes nothing when it is done again', () => {
    for (const text of ['İstanbul', 'ﬁne', 'ΣΑΣ', '½', 'ΰ', 'ŉ'])
      expect(foldText(foldText(text))).toBe(foldText(text));
  });

  const characters = Array.from({ length: 0x110000 }, (_, codePoint) => codePoint)
    .filter((codePoint) => codePoint < 0xd800 || codePoint > 0xdfff)
    .map((codePoint) => String.fromCodePoint(codePoint));
  const isStable = (text: string) => foldText(foldText(text)) === foldText(text);
  const forms = (text: string) => [
    text.toUpperCase(),
    text.toLowerCase(),
    ...(['NFC', 'NFD', 'NFKC', 'NFKD'] as const).map((form) => text.normalize(form)),
  ];

  it('is stable for every character there is, and the same for each way to write it', () => {
    expect(characters.filter((one) => !isStable(one))).toEqual([]);
    const differs = (one: string) =>
      forms(one).some((form) => form !== one && foldText(form) !== foldText(one));
    expect(characters.filter(differs)).toEqual([]);
  });

  it('is stable for every mark on an i, dotted or not', () => {
    const marks = characters.filter((one) => /\p{M}/u.test(one));
    for (const base of ['i', 'I', 'İ', 'ı', 'i\u0307'])
      for (const dot of ['', '\u0307'])
        expect(marks.filter((one) => !isStable(base + one + dot))).toEqual([]);
  });

  it('is stable for any text', () => {
    const unit = fc.oneof(
      fc.constantFrom(...'iIıİſßẞΣσςΐŉǰﬁ\u0307\u0301\u0323\u0345\u0308'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 8 }), (units) => isStable(units.join(''))),
      { seed: printedSeed('folding'), numRuns: 20_000 },
    );
  });
});

describe('the words of a search', () => {
  it.each([
    ['Refactor  the\tPARSER', ['refactor', 'parser', 'the']],
    ['東京\u3000タワー', ['タワー', '東京']],
    ['a\u00a0bc\u2003def\u0085g\u200bh\u1680i', ['def', 'bc', 'a', 'g', 'h', 'i']],
    ['task task-12 task', ['task-12']],
    [' \n ', []],
    ['', []],
  ])('%j: %j', (search, words) => {
    expect(searchWords(search)).toEqual(words);
  });
});
