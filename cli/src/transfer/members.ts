/** Members of a JSON object as text: a member that is not replaced keeps the sender's spelling, such as `1.0`. */

export interface Member {
  name: string;
  /** Text of its value, unchanged. */
  text: string;
}

/** @param object text of a valid JSON object */
export function membersOf(object: string): Member[] {
  const members: Member[] = [];
  let at = object.indexOf('{') + 1;
  for (;;) {
    const open = object.indexOf('"', at);
    if (open < 0) return members;
    const close = endOfString(object, open);
    const colon = object.indexOf(':', close);
    const end = endOfValue(object, colon + 1);
    const name = JSON.parse(object.slice(open, close + 1)) as string;
    members.push({ name, text: object.slice(colon + 1, end).trim() });
    if (object[end] === '}') return members;
    at = end + 1;
  }
}

/**
 * Text of the object, in which these members replace any of the same names.
 *
 * @param object text of a valid JSON object
 */
export function withMembers(object: string, replaced: Readonly<Record<string, string>>): string {
  const kept = membersOf(object).filter(({ name }) => !Object.hasOwn(replaced, name));
  const added = Object.entries(replaced).map(([name, value]) => ({ name, text: JSON.stringify(value) }));
  return `{${[...added, ...kept].map(({ name, text }) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}

/** Index of the comma or bracket behind the value that stands at `start` or after. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; ; at++) {
    switch (text[at]) {
      case '"':
        at = endOfString(text, at);
        break;
      case '[':
      case '{':
        depth += 1;
        break;
      case ']':
      case '}':
        if (depth === 0) return at;
        depth -= 1;
        break;
      case ',':
        if (depth === 0) return at;
        break;
      case undefined:
        throw new SyntaxError('the text is no JSON object');
    }
  }
}

/** Index of the quote that closes the string opened at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    if (at < 0) throw new SyntaxError('the text is no JSON object');
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
}
