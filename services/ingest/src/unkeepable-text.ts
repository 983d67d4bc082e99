/** Text that the log cannot keep: NUL and lone surrogates, escaped or raw. It is found, or replaced where the sender asks for that. */
import { isUtf8 } from 'node:buffer';
import { ProblemError } from '@att/platform/http';

/** Fault of one UTF-16 unit that stands alone. */
function faultOf(unit: number): string | undefined {
  if (unit === 0) return 'NUL character';
  return unit >= 0xd800 && unit <= 0xdfff ? 'lone surrogate' : undefined;
}

/**
 * @param value what the text was parsed to
 * @throws ProblemError invalid_text
 */
export function refuseEscaped(text: string, value: unknown): void {
  const at = nextUnkeepableEscape(text, 0);
  if (at < 0) return;
  const fault = faultOf(escapedUnit(text, at)) as string;
  throw unstorable(fault, findUnstorable(value, ''));
}

/**
 * Refuses lone surrogates, raw or escaped.
 *
 * @param text JSON as it was received
 * @param value parsed value of `text`
 * @throws ProblemError invalid_text
 */
export function refuseSurrogates(text: string, value: unknown): void {
  if (!text.isWellFormed()) throw unstorable('lone surrogate', findUnstorable(value, ''));
}

/** The problem of a text that is JSON but for raw NULs in its strings, and not too deep. */
export function rawNul(text: string): ProblemError {
  // A run is found like the one NUL in its place.
  return unstorable('NUL character', findUnstorable(JSON.parse(text.replaceAll(/\0+/g, '\\u0000')), ''));
}

/** The text with U+FFFD in their place; in keys, too. */
export function replaceUnkeepable(text: string): string {
  const firstEscape = text.includes('\\u') ? nextUnkeepableEscape(text, 0) : -1;
  const hasNul = text.includes('\0');
  if (firstEscape < 0 && !hasNul) return text.toWellFormed();
  // Each replacement is as long as what it replaces, so all are made in place: a mebibyte may hold a million.
  const units = Buffer.from(text, 'utf16le');
  if (hasNul) replaceNul(units);
  for (let at = firstEscape; at >= 0; at = nextUnkeepableEscape(text, at + ESCAPE_LENGTH)) {
    for (let digit = 0; digit < 4; digit++) units[2 * (at + 2 + digit)] = FFFD_DIGITS[digit] as number;
  }
  return units.toString('utf16le').toWellFormed();
}

/** Digits of the escape of U+FFFD; the upper bytes of digits are 0. */
const FFFD_DIGITS = Buffer.from('fffd');

function replaceNul(units: Buffer): void {
  for (let at = 0; at < units.length; at += 2) {
    if (units[at] !== 0 || units[at + 1] !== 0) continue;
    units[at] = 0xfd;
    units[at + 1] = 0xff;
  }
}

/** Bytes of a surrogate that was encoded like a character: no UTF-8, but what some languages write. */
const SURROGATE = /\xed[\xa0-\xbf][\x80-\xbf]/g;

/** The text of UTF-8 in which surrogates may stand; undefined when it is malformed in another way. */
export function decodeWithSurrogates(bytes: Buffer): string | undefined {
  let text = '';
  let start = 0;
  for (const { index } of bytes.toString('latin1').matchAll(SURROGATE)) {
    const part = bytes.subarray(start, index);
    if (!isUtf8(part)) return undefined;
    const [second, third] = [bytes[index + 1] as number, bytes[index + 2] as number];
    text += part.toString('utf8') + String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f));
    start = index + 3;
  }
  const rest = bytes.subarray(start);
  return isUtf8(rest) ? text + rest.toString('utf8') : undefined;
}

function unstorable(what: string, pointer = ''): ProblemError {
  const remedy = 'remove or replace it, or send it with ?lenient=true, which puts U+FFFD in its place';
  return new ProblemError('invalid_text', `The body contains a ${what}: ${remedy}.`, {
    errors: [{ pointer, detail: `contains a ${what}` }],
  });
}

/** JSON Pointer to the first text at fault; undefined when a later member of the same name hides it. */
function findUnstorable(value: unknown, pointer: string): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : pointer;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const found = isStorable(key)
      ? findUnstorable(item, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
      : pointer;
    if (found !== undefined) return found;
  }
  return undefined;
}

const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed();

/** Length of `\\u` and its four digits. */
const ESCAPE_LENGTH = 6;

/**
 * Index of the next escape of NUL or of a lone surrogate; -1 when there is none. Walked by hand, as a regular expression
 * that makes a match of each escape takes a tenth of a second for a mebibyte of them.
 *
 * @param from outside of any escape
 */
function nextUnkeepableEscape(text: string, from: number): number {
  for (let at = text.indexOf('\\', from); at >= 0; ) {
    const unit = escapedUnit(text, at);
    if (isHigh(unit) && isLow(escapedUnit(text, at + ESCAPE_LENGTH))) at += 2 * ESCAPE_LENGTH;
    else if (faultOf(unit) !== undefined) return at;
    else at += unit < 0 ? 2 : ESCAPE_LENGTH;
    if (text.charCodeAt(at) !== BACKSLASH) at = text.indexOf('\\', at);
  }
  return -1;
}

const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** UTF-16 unit that is escaped at an index; -1 where there is no `\\u` with four digits. */
function escapedUnit(text: string, at: number): number {
  if (text.charCodeAt(at) !== BACKSLASH || text.charCodeAt(at + 1) !== LETTER_U) return -1;
  let unit = 0;
  for (let i = at + 2; i < at + ESCAPE_LENGTH; i++) {
    const digit = hexDigit(text.charCodeAt(i));
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

/** @param code NaN behind the end of the text */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
