/**
 * The form in which folded text is kept for searches: every character beyond ASCII as a word of capitals. Trigram
 * indexes see letters and digits alone, and which characters are letters is up to the database's locale: in
 * that of "C" none beyond ASCII are, and a search for 東京 or отчёт would read everything. In this form the
 * index has them in any locale, one or two ideographs too.
 *
 * A part of a text becomes a part of its key, and nothing else does: folded text has no capitals of ASCII, and
 * a word begins with a letter of A to H and goes on with letters of K to Z, as UTF-8 has lead and trail bytes.
 */
export function searchKey(folded: string): string {
  return folded.replace(/[^\0-\x7f]/gu, (character) => wordOf(character.codePointAt(0) as number));
}

/** End of the title in a task's searched text; the task's id stands behind it, and has none itself. */
export const TITLE_END = '\n';

/** A to F and two nibbles up to U+05FF, G and four up to U+FFFF, H and five behind that. */
function wordOf(codePoint: number): string {
  if (codePoint < 0x600) return String.fromCharCode(LEAD + (codePoint >> 8)) + nibbles(codePoint & 0xff, 2);
  if (codePoint < 0x10000) return `G${nibbles(codePoint, 4)}`;
  return `H${nibbles(codePoint - 0x10000, 5)}`;
}

const LEAD = 'A'.charCodeAt(0);
const TRAIL = 'K'.charCodeAt(0);

function nibbles(value: number, count: number): string {
  let word = '';
  for (let shift = 4 * (count - 1); shift >= 0; shift -= 4) {
    word += String.fromCharCode(TRAIL + ((value >> shift) & 0xf));
  }
  return word;
}

/** Whether trigrams of the part are sure to be in every text that has it: three letters in a row, or a word's edge. */
export function hasTrigrams(key: string): boolean {
  return /[a-z0-9]{3}|[^a-z0-9][a-z0-9]|[a-z0-9]{2}[^a-z0-9]/i.test(key);
}
