/** Parses bytes as JSON, and says what is wrong with bytes that are no JSON. */
import { isUtf8 } from 'node:buffer';
import { ProblemError } from './problem-error.js';

/** @throws ProblemError malformed_utf8 */
export function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw notUtf8();
  return bytes.toString('utf8');
}

export function notUtf8(): ProblemError {
  return new ProblemError('malformed_utf8', 'The body must be UTF-8.');
}

/** @throws ProblemError malformed_json */
export function parseAnyJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProblemError('malformed_json', `${reasonOf(error as SyntaxError)}.`);
  }
}

/** V8 quotes the text around the fault, which may hold a secret that ends up in somebody's log. */
function reasonOf(error: SyntaxError): string {
  const at = /position \d+( \(line \d+ column \d+\))?/.exec(error.message);
  if (at !== null) return `The JSON is broken at ${at[0]}`;
  return /end of JSON/.test(error.message) ? 'The JSON ends too early' : 'The JSON is broken';
}
