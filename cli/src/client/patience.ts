/** Waits for a server that is away for a while: it is started again, a network comes back, its queue empties. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable, RefusedError, ServerAwayError } from './errors.js';

/** Milliseconds: a server starts in a few seconds, and is not to be asked much meanwhile. */
const BASE = 250;
const CAP = 5_000;

export interface Patience {
  /**
   * Asks until there is an answer. A server that has never answered is not waited for: who names a wrong address
   * is told so at once.
   *
   * @throws what asking throws, unless it passes by waiting; AbortError once the signal aborts
   */
  ask<T>(question: () => Promise<T>): Promise<T>;
  /** Milliseconds for which the server was away so far. */
  away(): number;
}

export interface PatienceOptions {
  /** Takes a line for people, when the server goes and when it is back. */
  note(line: string): void;
  signal: AbortSignal;
}

export function createPatience({ note, signal }: PatienceOptions): Patience {
  // Each of many agents that wait listens to it; Node would warn of a leak at the eleventh.
  setMaxListeners(0, signal);
  let hasAnswered = false;
  let awayBefore = 0;
  let awaySince: number | undefined;
  // When it was last found to be away, or back. Of many questions under way, one that was asked before tells nothing new: its
  // answer may have been on its way when the server went, and its failure may be heard of when it is back.
  let changedAt = Number.NEGATIVE_INFINITY;

  const answered = (askedAt: number) => {
    hasAnswered = true;
    if (awaySince === undefined || askedAt < changedAt) return;
    changedAt = performance.now();
    awayBefore += changedAt - awaySince;
    awaySince = undefined;
    note('The server answers again.');
  };
  const wentAway = (error: unknown, askedAt: number) => {
    if (awaySince !== undefined || askedAt < changedAt) return;
    changedAt = performance.now();
    awaySince = changedAt;
    note(`${error instanceof RefusedError ? error.message : 'The server does not answer'}: waiting for it.`);
  };

  return {
    async ask(question) {
      for (let attempt = 0; ; attempt++) {
        const askedAt = performance.now();
        try {
          const answer = await question();
          answered(askedAt);
          return answer;
        } catch (error) {
          if (!isUnavailable(error)) {
            answered(askedAt);
            throw error;
          }
          hasAnswered ||= !(error instanceof ServerAwayError);
          if (!hasAnswered) throw error;
          wentAway(error, askedAt);
          await sleep(pause(error, attempt, Math.random()), undefined, { signal });
        }
      }
    },
    away: () => awayBefore + (awaySince === undefined ? 0 : performance.now() - awaySince),
  };
}

/**
 * Milliseconds before the next try: what the server asks for, or full jitter below a bound that doubles.
 *
 * @param random from 0 to below 1
 */
export function pause(error: unknown, attempt: number, random: number): number {
  if (error instanceof RefusedError && error.retryAfter !== undefined) {
    return error.retryAfter * 1_000 + random * BASE;
  }
  return BASE / 5 + random * Math.min(CAP, BASE * 2 ** Math.min(attempt, 16));
}
