/**
 * Text of a sender with its invisible characters made visible. A character that shows nothing, or that reverses the order of
 * others, is replaced by its name; where a script or an emoji needs it, it stays.
 */

export type Piece = { text: string; mark?: undefined } | { mark: string; name: string; text?: undefined };

/** Characters that may show nothing: controls, default ignorables of Unicode, separators, and lone surrogates. */
const SUSPECT = /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Cs}\u2028\u2029\ufff9-\ufffb]/u;
const SUSPECTS = new RegExp(SUSPECT, 'gu');
/** Letters written from right to left. */
const RIGHT_TO_LEFT =
  /(?=\p{L})[\u05be-\u07ff\u0800-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Scripts in which joiners join letters or keep them apart. */
const JOINING =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const PICTURE = /\p{Extended_Pictographic}/u;
/** Characters that the part of an emoji before a joiner may end with. */
const PICTURE_END = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f|\u20e3|\u{e007f}/u;
/** Flag of a region: a black flag, its code in tags, and an end tag. */
const FLAG = /\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}/gu;

const NAMES: Readonly<Record<number, string>> = {
  0: 'null',
  7: 'bell',
  8: 'backspace',
  13: 'carriage return',
  27: 'escape',
  127: 'delete',
  133: 'next line',
  155: 'control sequence introducer',
  173: 'soft hyphen',
  1564: 'Arabic letter mark',
  8203: 'zero width space',
  8204: 'zero width non-joiner',
  8205: 'zero width joiner',
  8206: 'left-to-right mark',
  8207: 'right-to-left mark',
  8232: 'line separator',
  8233: 'paragraph separator',
  8234: 'left-to-right embedding',
  8235: 'right-to-left embedding',
  8236: 'pop directional formatting',
  8237: 'left-to-right override',
  8238: 'right-to-left override',
  8288: 'word joiner',
  8294: 'left-to-right isolate',
  8295: 'right-to-left isolate',
  8296: 'first strong isolate',
  8297: 'pop directional isolate',
  65279: 'byte order mark',
};

/** True for text with nothing to mark: nearly all text, so this test has to cost nothing. */
export function isPlain(text: string): boolean {
  return !SUSPECT.test(text) || piecesOf(text).every((piece) => piece.mark === undefined);
}

/** Pieces of the text in order; each invisible character is a piece of its own. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  const isRightToLeft = RIGHT_TO_LEFT.test(text);
  const flags = [...text.matchAll(FLAG)].map((flag) => [flag.index, flag.index + flag[0].length] as const);
  let done = 0;
  for (const { 0: character, index } of text.matchAll(SUSPECTS)) {
    if (flags.some(([from, to]) => from < index && index < to)) continue;
    const code = character.codePointAt(0) ?? 0;
    const next = text.slice(index + character.length, index + character.length + 2);
    if (isNeeded(code, lastOf(text.slice(Math.max(0, index - 2), index)), firstOf(next), isRightToLeft))
      continue;
    if (index > done) pieces.push({ text: text.slice(done, index) });
    pieces.push({ mark: codeName(code), name: NAMES[code] ?? kindOf(code) });
    done = index + character.length;
  }
  if (done < text.length) pieces.push({ text: text.slice(done) });
  return pieces;
}

/** Text for places without markup, as a tooltip or the title of a tab: marks in brackets, isolated from the text around. */
export function plainText(text: string): string {
  const visible = SUSPECT.test(text)
    ? piecesOf(text)
        .map((piece) => piece.text ?? `[${piece.mark}]`)
        .join('')
    : text;
  return RIGHT_TO_LEFT.test(visible) ? `\u2068${visible}\u2069` : visible;
}

export function hasRightToLeft(text: string): boolean {
  return RIGHT_TO_LEFT.test(text);
}

function isNeeded(code: number, before: string, after: string, isRightToLeft: boolean): boolean {
  // Tabs and line breaks are visible by their effect.
  if (code === 9 || code === 10) return true;
  if (code === 13) return after === '\n';
  if (code === 0x200e || code === 0x200f || code === 0x61c) return isRightToLeft;
  if (code === 0x200c) return JOINING.test(before) && JOINING.test(after);
  if (code === 0x200d) return JOINING.test(before) || (PICTURE_END.test(before) && PICTURE.test(after));
  if (code === 0xfe0e || code === 0xfe0f) return /\p{Emoji}/u.test(before);
  if (code >= 0xfe00 && code <= 0xfe0d) return /[\p{L}\p{Sm}]/u.test(before);
  if (code >= 0xe0100 && code <= 0xe01ef) return /\p{Script=Han}/u.test(before);
  return code >= 0x180b && code <= 0x180f && code !== 0x180e && /\p{Script=Mongolian}/u.test(before);
}

function lastOf(text: string): string {
  return [...text].at(-1) ?? '';
}

function firstOf(text: string): string {
  return [...text][0] ?? '';
}

function codeName(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function kindOf(code: number): string {
  if (code < 0xa0) return 'control character';
  if (code >= 0xd800 && code <= 0xdfff) return 'half of a character';
  if (code >= 0xe0000 && code <= 0xe007f) return 'tag';
  return 'invisible character';
}
