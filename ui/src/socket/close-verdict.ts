/** The close code of a socket, as what to do next. */
import { CLOSE_CODES } from '@att/contracts';
import { backoffMs, soonMs } from './backoff';

/** Part of the API key that the server refused: the key itself, or its scope. */
export type KeyRefusal = 'key' | 'scope';

export type CloseVerdict =
  | { type: 'wait'; ms: number; keepsCursor: boolean }
  | { type: 'key_refused'; refusal: KeyRefusal };

/** @param attempt tries in a row that the server did not answer, before this socket */
export function closeVerdict(code: number, attempt: number, random: number): CloseVerdict {
  switch (code) {
    case CLOSE_CODES.unauthorized:
    case CLOSE_CODES.keyExpired:
      return { type: 'key_refused', refusal: 'key' };
    case CLOSE_CODES.forbidden:
      return { type: 'key_refused', refusal: 'scope' };
    case CLOSE_CODES.tooSlow:
    case CLOSE_CODES.restarting:
      // Only the first time: a server that keeps restarting gets the backoff of a server that is gone.
      return again(attempt === 0 ? soonMs(random) : backoffMs(attempt, random));
    case CLOSE_CODES.badParameter:
      // Only the cursor can be at fault, so go on without it; `began` then says what was missed.
      return { type: 'wait', ms: backoffMs(attempt + 2, random), keepsCursor: false };
    case CLOSE_CODES.tooMany:
      return again(backoffMs(attempt + 4, random));
    default:
      return again(backoffMs(attempt, random));
  }
}

function again(ms: number): CloseVerdict {
  return { type: 'wait', ms, keepsCursor: true };
}
