/**
 * The form in which text is searched and sorted: the same for every way to write it. Compatibility forms
 * (such as full-width letters) become plain ones, and case is folded by Unicode's rules, in any script: by way
 * of capitals, as some small letters are alike in those alone (ß is SS). Greek has a small sigma of its own for
 * the end of a word, which a part of a word would miss, and a Turkish İ leaves its dot behind.
 */
export function foldText(text: string): string {
  // A third of the time, and most of what agents say.
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replaceAll('ς', 'σ')
    .replaceAll('i\u0307', 'i');
}

const ASCII = /^[\0-\x7f]*$/;
