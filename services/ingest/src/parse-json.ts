/** From text to JSON, refusing what the log could not keep as it was sent. */
import { MAX_JSON_DEPTH } from '@att/contracts';
import { ProblemError, parseAnyJson } from '@att/platform/http';
import { isDeeper } from './json-structure.js';

/** @throws ProblemError malformed_json, too_deep, or invalid_text for NUL and lone surrogates */
export function parseJson(text: string): unknown {
  // Before it is parsed: a mebibyte of brackets would keep the parser busy for a quarter of a second. Each level takes a
  // bracket at either end, or the text is broken, so short texts cannot be too deep.
  if (text.length >= 2 * MAX_JSON_DEPTH && isDeeper(text, MAX_JSON_DEPTH)) {
    throw new ProblemError('too_deep', `The body may be nested ${MAX_JSON_DEPTH} levels deep.`);
  }
  const value = parseAnyJson(text);
  // Only an escape can smuggle a NUL or half a character into valid JSON of valid UTF-8. After the
  // depth, as the search for it recurses.
  if (text.includes('\\u')) refuseUnstorable(text, value);
  return value;
}

/** Any escape of JSON text; matching all of them keeps an escaped backslash from looking like one. */
const ESCAPES = /\\(?:u([0-9a-fA-F]{4})|.)/g;

function refuseUnstorable(text: string, value: unknown): void {
  let high: number | undefined;
  for (const match of text.matchAll(ESCAPES)) {
    const unit = match[1] === undefined ? undefined : Number.parseInt(match[1], 16);
    const completes = high !== undefined && match.index === high && unit !== undefined && isLow(unit);
    if (high !== undefined && !completes) throw unstorable(value, 'lone surrogate');
    high = undefined;
    if (completes || unit === undefined) continue;
    if (unit === 0) throw unstorable(value, 'NUL character');
    if (isLow(unit)) throw unstorable(value, 'lone surrogate');
    if (isHigh(unit)) high = match.index + match[0].length;
  }
  if (high !== undefined) throw unstorable(value, 'lone surrogate');
}

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

function unstorable(value: unknown, what: string): ProblemError {
  const pointer = findUnstorable(value, '') ?? '';
  return new ProblemError('invalid_text', `The body contains a ${what}: remove or replace it.`, [
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
