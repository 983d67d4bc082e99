import { describe, expect, it } from 'vitest';
import { hasSomethingVisible } from './index.js';

const LAST_CODE_POINT = 0x10ffff;
/** Every character there is by one of its properties. */
const charactersOf = (property: string) => {
  const pattern = new RegExp(`\\p{${property}}`, 'u');
  const found: string[] = [];
  for (let codePoint = 0; codePoint <= LAST_CODE_POINT; codePoint++) {
    const character = String.fromCodePoint(codePoint);
    if (pattern.test(character)) found.push(character);
  }
  return found;
};

describe('something visible', () => {
  it.each(['White_Space', 'Default_Ignorable_Code_Point', 'Cc', 'Cf', 'Noncharacter_Code_Point'])(
    'is not in any text of %s alone, whatever stands beside it',
    (property) => {
      const all = charactersOf(property);
      expect(all.length).toBeGreaterThan(0);
      expect(all.filter((character) => hasSomethingVisible(`\u200b${character} `))).toEqual([]);
    },
  );

  it.each(['\u3164', '\uffa0', '\u115f', '\u1160', '\u2800', '\u{16fe4}', '\u{1d159}', ''])(
    'is not in a filler: %j',
    (text) => expect(hasSomethingVisible(text)).toBe(false),
  );

  it('is in every letter, digit, mark of punctuation and symbol that is drawn', () => {
    const blank = /[\p{Default_Ignorable_Code_Point}\u2800\u{13441}\u{13442}\u{16fe4}\u{1d159}]/u;
    for (const property of ['L', 'N', 'P', 'S']) {
      const unseen = charactersOf(property).filter((character) => !hasSomethingVisible(character));
      expect(unseen.filter((character) => !blank.test(character))).toEqual([]);
    }
  });
});
