/** Parses bytes as JSON, refusing or replacing what the log could not keep as it was sent. */
import { isUtf8 } from 'node:buffer';
import { notUtf8, parseAnyJson } from '@att/platform/http';
import { refuseExcess } from './json-structure.js';
import {
  decodeWithSurrogates,
  rawNul,
  refuseEscaped,
  refuseSurrogates,
  replaceUnkeepable,
} from './unkeepable-text.js';

/** JSON with the bytes to keep of it. */
export interface Parsed {
  body: unknown;
  payload: Buffer;
  /** Whether some of its text was replaced, so that these are not the bytes that were sent. */
  isReplaced: boolean;
}

/**
 * @param isLenient whether NUL and lone surrogates are replaced, rather than refused
 * @throws ProblemError malformed_utf8, malformed_json, too_deep, too_complex, or invalid_text for NUL and lone surrogates
 */
export function parsePayload(payload: Buffer, isLenient: boolean): Parsed {
  if (!isUtf8(payload)) return parseWithSurrogates(payload, isLenient);
  const text = payload.toString('utf8');
  if (!isLenient) return { body: parseJson(text), payload, isReplaced: false };
  const keepable = replaceUnkeepable(text);
  return keepable === text ? { body: parseJson(text), payload, isReplaced: false } : replaced(keepable);
}

/** Bytes that are no UTF-8; a pair of surrogates, each encoded like a character, says what it means. */
function parseWithSurrogates(payload: Buffer, isLenient: boolean): Parsed {
  const text = decodeWithSurrogates(payload);
  if (text !== undefined && isLenient) return replaced(replaceUnkeepable(text));
  if (text !== undefined) refuseSurrogates(text, parseJson(text));
  throw notUtf8();
}

function replaced(keepable: string): Parsed {
  return { body: parseJson(keepable), payload: Buffer.from(keepable, 'utf8'), isReplaced: true };
}

/** @throws ProblemError malformed_json, too_deep, too_complex, or invalid_text for NUL and for lone surrogates that are escaped */
export function parseJson(text: string): unknown {
  refuseExcess(text);
  const value = parseWithoutNul(text);
  // Only an escape can smuggle a NUL or half a character into valid JSON of valid UTF-8. After the
  // depth, as the search for it recurses.
  if (text.includes('\\u')) refuseEscaped(text, value);
  return value;
}

/** Parses text. A raw NUL makes JSON malformed, but its sender is helped more by the name of the text that holds it. */
function parseWithoutNul(text: string): unknown {
  try {
    return parseAnyJson(text);
  } catch (error) {
    if (!text.includes('\0')) throw error;
    parseAnyJson(replaceUnkeepable(text));
    throw rawNul(text);
  }
}

/** The bytes without a byte order mark, which JSON does not have. */
export function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
