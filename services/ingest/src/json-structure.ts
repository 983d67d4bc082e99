/** The structure of valid JSON text, found without parsing it. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Levels of nesting. */
export function depthOf(text: string): number {
  let deepest = 0;
  walk(text, (_unit, _index, depth) => {
    if (depth > deepest) deepest = depth;
  });
  return deepest;
}

/** The texts of the items of an array that has some, without the white space around them. */
export function itemTexts(text: string): string[] {
  const items: string[] = [];
  let start = text.indexOf('[') + 1;
  walk(text, (unit, index, depth) => {
    const ends = (unit === COMMA && depth === 1) || depth === 0;
    if (!ends) return;
    items.push(text.slice(start, index).trim());
    start = index + 1;
  });
  return items;
}

/** Visits brackets and commas outside of strings; `depth` is that behind the character. */
function walk(text: string, visit: (unit: number, index: number, depth: number) => void): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    switch (unit) {
      case QUOTE:
        i = endOfString(text, i);
        break;
      case 0x5b: // [
      case 0x7b: // {
        visit(unit, i, ++depth);
        break;
      case 0x5d: // ]
      case 0x7d: // }
        visit(unit, i, --depth);
        break;
      case COMMA:
        visit(unit, i, depth);
        break;
    }
  }
}

/** Index of the quote that closes the string opened at `start`. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === BACKSLASH) i += 1;
    else if (unit === QUOTE) return i;
  }
  return text.length;
}
