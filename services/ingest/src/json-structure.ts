/** The structure of JSON text, found in one look before it is parsed: what is too deep or too much is never parsed. */
import { MAX_JSON_CONTAINERS, MAX_JSON_DEPTH } from '@att/contracts';
import { ProblemError } from '@att/platform/http';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Size below which no text reaches a limit: each array and object takes a bracket at either end, or the text is broken. */
const SMALLEST_EXCESS = 2 * Math.min(MAX_JSON_DEPTH, MAX_JSON_CONTAINERS);

/** @throws ProblemError too_deep, too_complex */
export function refuseExcess(text: string): void {
  if (text.length < SMALLEST_EXCESS) return;
  let depth = 0;
  let containers = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > MAX_JSON_DEPTH) throw tooDeep();
        if (++containers > MAX_JSON_CONTAINERS) throw tooComplex();
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
    }
  }
}

function tooDeep(): ProblemError {
  return new ProblemError('too_deep', `The body may be nested ${MAX_JSON_DEPTH} levels deep.`);
}

function tooComplex(): ProblemError {
  return new ProblemError(
    'too_complex',
    `The body may hold ${MAX_JSON_CONTAINERS} arrays and objects: send fewer, or send them as text.`,
  );
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
