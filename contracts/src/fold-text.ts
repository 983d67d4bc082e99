/**
 * The form in which text is searched and sorted: the same for every way to write it. Compatibility forms
 * (such as full-width letters) become plain ones, and case is folded by Unicode's rules, in any script. Greek
 * has a small sigma of its own for the end of a word, which a part of a word would miss.
 */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ');
}
