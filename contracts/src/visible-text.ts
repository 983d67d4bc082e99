/**
 * Characters that show nothing where they stand alone: blanks, controls, formats, fillers, and what Unicode lets renderers
 * ignore. The last ones are letters and symbols to Unicode that are drawn as blanks.
 */
const VISIBLE =
  /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}\u2800\u{13441}\u{13442}\u{16fe4}\u{1d159}]/u;

/** Whether a name can be seen, and so be distinguished and clicked on. */
export function hasSomethingVisible(text: string): boolean {
  return VISIBLE.test(text);
}
