import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlain, piecesOf, plainText } from './visible-text';

/** Text with its marks in brackets. */
const seen = (text: string) =>
  piecesOf(text)
    .map((piece) => piece.text ?? `[${piece.mark}]`)
    .join('');

describe('characters that show nothing are named', () => {
  it.each([
    ['\u202egnp.exe', '[U+202E]gnp.exe'],
    ['a\u2066b\u2069c\u202ac\u202c', 'a[U+2066]b[U+2069]c[U+202A]c[U+202C]'],
    ['\u001b[31mred\u009b0m', '[U+001B][31mred[U+009B]0m'],
    ['a\0b\u0007\u007f\u0085', 'a[U+0000]b[U+0007][U+007F][U+0085]'],
    ['pay\u200bpal\ufeff\u2060', 'pay[U+200B]pal[U+FEFF][U+2060]'],
    ['ad\u200dmin ad\u200cmin', 'ad[U+200D]min ad[U+200C]min'],
    ['soft\u00adhyphen', 'soft[U+00AD]hyphen'],
    ['mark\u200e\u200f\u061c', 'mark[U+200E][U+200F][U+061C]'],
    ['hid\u{e0068}\u{e0069}den', 'hid[U+E0068][U+E0069]den'],
    ['😀\ufe0f\ufe0f\u{e0101}', '😀\ufe0f[U+FE0F][U+E0101]'],
    ['a\ufe0fb', 'a[U+FE0F]b'],
    ['\u3164\uffa0\u115f\u17b5\u180e\u034f', '[U+3164][U+FFA0][U+115F][U+17B5][U+180E][U+034F]'],
    ['line\u2028para\u2029', 'line[U+2028]para[U+2029]'],
    ['half \ud83d', 'half [U+D83D]'],
    ['over\rwritten', 'over[U+000D]written'],
    ['\ufff9a\ufffab\ufffb', '[U+FFF9]a[U+FFFA]b[U+FFFB]'],
  ])('%j', (text, expected) => {
    expect(seen(text)).toBe(expected);
    expect(isPlain(text)).toBe(false);
  });
});

describe('what a text needs to be right stays as it is', () => {
  it.each([
    'plain text, Текст, 文字, עברית, العربية',
    'one\n\ttwo\r\nthree',
    '👩‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 ❤️‍🔥 1️⃣ #️⃣ ☺︎',
    '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} flag',
    'می‌خواهم', // Persian, with a non-joiner
    'क्‍ष ക്‍', // Devanagari and Malayalam, with joiners
    'שלום\u200f (a)\u200e',
    '葛\u{e0100}城',
    'ᠠ᠋',
  ])('%j', (text) => {
    expect(piecesOf(text)).toEqual([{ text }]);
    expect(isPlain(text)).toBe(true);
  });
});

it('nothing is lost or moved: marks stand for one character each, all else is as it was', () => {
  const odd = fc.constantFrom(
    ...[
      '\u202e',
      '\u200d',
      '\ufe0f',
      '\u{e0067}',
      '\u{1f3f4}',
      '\u{e007f}',
      '\ud800',
      'ש',
      '😀',
      'a',
      '\r',
      '\n',
    ],
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 3 }))), (parts) => {
      const text = parts.join('');
      const back = piecesOf(text)
        .map((piece) => piece.text ?? String.fromCodePoint(Number.parseInt(piece.mark.slice(2), 16)))
        .join('');
      expect(back).toBe(text);
      // No character that reverses others is left.
      expect(piecesOf(text).some((piece) => /[\u202a-\u202e\u2066-\u2069]/.test(piece.text ?? ''))).toBe(
        false,
      );
      expect(isPlain(text)).toBe(piecesOf(text).every((piece) => piece.mark === undefined));
    }),
  );
});

it('stands in text without markup in a direction of its own', () => {
  expect(plainText('\u202egnp.exe')).toBe('[U+202E]gnp.exe');
  expect(plainText('שלום')).toBe('\u2068שלום\u2069');
  expect(plainText('plain')).toBe('plain');
});
