/**
 * The form in which text is searched and sorted: the same for every way to write it. Compatibility forms
 * (such as full-width letters) become plain ones, and case is folded by Unicode's rules, in any script: by way
 * of capitals, as some small letters are alike in those alone (ß is SS), and of small letters before, as ẞ is a
 * capital of its own. Greek has a small sigma of its own for the end of a word, which a part of a word would miss,
 * and a Turkish İ leaves its dot behind.
 */
export function foldText(text: string): string {
  // A third of the time, and most of what agents say.
  if (ASCII.test(text)) return text.toLowerCase();
  const folded = text
    .normalize('NFKC')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replaceAll('ς', 'σ');
  // An i that has lost its dot may combine with the character after it.
  return folded.includes('i\u0307') ? foldText(folded.replaceAll('i\u0307', 'i')) : folded;
}

const ASCII = /^[\0-\x7f]*$/;

/** Blanks of any kind; the last ones are no white space to Unicode, but part words as well. */
const BLANKS = /[\p{White_Space}\u200b\u2060\ufeff]+/u;

/**
 * Words of a search, folded, the longest first. A text matches when it contains each of them, in any order. A word that is part
 * of another one is left out.
 */
export function searchWords(search: string): string[] {
  const words = foldText(search)
    .split(BLANKS)
    .filter((word) => word !== '')
    .sort((one, other) => other.length - one.length);
  const kept: string[] = [];
  for (const word of words) if (!kept.some((longer) => longer.includes(word))) kept.push(word);
  return kept;
}
