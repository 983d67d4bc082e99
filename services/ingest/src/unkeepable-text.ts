/** Text that the log cannot keep: NUL and lone surrogates, escaped or raw. It is found, or replaced where the sender asks for that. */
import { isUtf8 } from 'node:buffer';
import { ProblemError } from '@att/platform/http';

const REPLACEMENT = '\ufffd';

/** Escapes of JSON text; a pair of surrogates is one, and an escaped backslash is one that hides no other. */
const ESCAPES = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u([\da-fA-F]{4})|[^u])/g;

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
  for (const { 1: hex } of text.matchAll(ESCAPES)) {
    const fault = hex === undefined ? undefined : faultOf(Number.parseInt(hex, 16));
    if (fault !== undefined) throw unstorable(fault, findUnstorable(value, ''));
  }
}

/**
 * @param text in which surrogates may stand raw, and what it was parsed to
 * @throws ProblemError invalid_text
 */
export function refuseSurrogates(text: string, value: unknown): void {
  if (!text.isWellFormed()) throw unstorable('lone surrogate', findUnstorable(value, ''));
}

/** The problem of a text that is JSON but for raw NULs in its strings, and not too deep. */
export function rawNul(text: string): ProblemError {
  return unstorable('NUL character', findUnstorable(JSON.parse(text.replaceAll('\0', '\\u0000')), ''));
}

/** The text with U+FFFD in their place; in keys, too. */
export function replaceUnkeepable(text: string): string {
  const keepable = text.replaceAll('\0', REPLACEMENT).toWellFormed();
  if (!keepable.includes('\\u')) return keepable;
  return keepable.replace(ESCAPES, (found, hex: string | undefined) =>
    hex === undefined || faultOf(Number.parseInt(hex, 16)) === undefined ? found : '\\ufffd',
  );
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
  return new ProblemError('invalid_text', `The body contains a ${what}: ${remedy}.`, [
    { pointer, detail: `contains a ${what}` },
  ]);
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
