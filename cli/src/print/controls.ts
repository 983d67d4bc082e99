/**
 * Characters that control a terminal or change the order of text: C0, C1 and DEL, bidirectional marks, zero-width
 * and tag characters, line and paragraph separators.
 */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const LAYOUT = /[\t\r\n]/;

/** JSON with every control character of its strings as `\\uXXXX`; it parses to the same value. */
export function escapeControls(json: string): string {
  return json.replaceAll(CONTROLS, (character) => (LAYOUT.test(character) ? character : escapeOf(character)));
}

/** Text for people, on one line, with U+FFFD in place of every control character. */
export function printable(text: string): string {
  return text.replaceAll(CONTROLS, '\ufffd');
}

function escapeOf(character: string): string {
  const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  return units.map((unit) => `\\u${unit}`).join('');
}
