/** Texts that lists show in part. */

/**
 * The first characters of a text, in Unicode code points as PostgreSQL counts them, so that no character is cut in half; the text itself where it has no more.
 */
export function cutText(text: string, characters: number): string {
  // A character is one UTF-16 unit or two, so most texts need no counting.
  if (text.length <= characters) return text;
  let end = 0;
  for (let count = 0; count < characters && end < text.length; count++)
    end += (text.codePointAt(end) as number) > 0xffff ? 2 : 1;
  return text.slice(0, end);
}
