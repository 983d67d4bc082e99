import { describe, expect, it } from 'vitest';
import { foldText } from './fold-text.js';

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
  ])('makes %s into %s', (text, folded) => {
    expect(foldText(text)).toBe(folded);
  });

  it('changes nothing when it is done again', () => {
    for (const text of ['İstanbul', 'ﬁne', 'ΣΑΣ', '½', 'ΰ', 'ŉ'])
      expect(foldText(foldText(text))).toBe(foldText(text));
  });
});
