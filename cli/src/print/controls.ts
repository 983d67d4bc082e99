/**
 * Characters that steer a terminal or turn a reader's order of text round: C0, C1 and DEL, bidirectional marks, zero-width
 * and tag characters, line and paragraph separators.
 */
const CONTROLS = /(?![\t\r\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** JSON that means the same, with every such character of its strings as `\\uXXXX`. */
export function escapeControls(json: string): string {
  return json.replaceAll(CONTROLS, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** Text for people, on one line, with U+FFFD in the place of every such character. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\ufffd');
}
