/**
 * Characters that steer a terminal or turn a reader's order of text round: C0, C1 and DEL, bidirectional marks, zero-width
 * and tag characters, line and paragraph separators.
 */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const LAYOUT = /[\t\r\n]/;

/** JSON that means the same, with every such character of its strings as `\\uXXXX`. */
export function escapeControls(json: string): string {
  return json.replaceAll(CONTROLS, (character) => (LAYOUT.test(character) ? character : escapeOf(character)));
}

/** Text for people, on one line, with U+FFFD in the place of every such character. */
export function printable(text: string): string {
  return text.replaceAll(CONTROLS, '\ufffd');
}

function escapeOf(character: string): string {
  const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  return units.map((unit) => `\\u${unit}`).join('');
}
