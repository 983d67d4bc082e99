/**
 * Retrier for calls to a server that is unavailable for a while: it is restarted, a network comes back, its queue empties.
 * Calls that run at the same time share one retrier, so people read one line when the server goes, and one when it is back.
 */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable, RefusedError, ServerUnreachableError } from './errors.js';

/** Milliseconds of the first backoff step, and of the longest: a server starts in a few seconds. */
const BASE = 250;
const CAP = 5_000;

export interface Retrier {
  /**
   * Repeats the call until the server answers it. A server that has never answered is not waited for: a wrong address
   * is an error at once.
   *
   * @throws what the call throws, unless waiting can help; AbortError once the signal aborts
   */
  run<T>(call: () => Promise<T>): Promise<T>;
  /** Milliseconds for which the server was unavailable so far. */
  downtime(): number;
}

export interface RetrierOptions {
  /** Takes a line for people, when the server goes and when it is back. */
  note(line: string): void;
  signal: AbortSignal;
}

export function createRetrier({ note, signal }: RetrierOptions): Retrier {
  // Each of many agents that wait listens to it; Node would warn of a leak at the eleventh.
  setMaxListeners(0, signal);
  let hasAnswered = false;
  let downBefore = 0;
  let downSince: number | undefined;
  // Time of the last change between up and down. A call that began before it says nothing new: its answer may have been sent
  // before the server went, and its failure may arrive after the server is back.
  let changedAt = Number.NEGATIVE_INFINITY;

  const recordAnswer = (calledAt: number) => {
    hasAnswered = true;
    if (downSince === undefined || calledAt < changedAt) return;
    changedAt = performance.now();
    downBefore += changedAt - downSince;
    downSince = undefined;
    note('The server answers again.');
  };
  const recordFailure = (error: unknown, calledAt: number) => {
    if (downSince !== undefined || calledAt < changedAt) return;
    changedAt = performance.now();
    downSince = changedAt;
    note(`${error instanceof RefusedError ? error.message : 'The server does not answer'}: waiting for it.`);
  };

  return {
    async run(call) {
      for (let attempt = 0; ; attempt++) {
        const calledAt = performance.now();
        try {
          const answer = await call();
          recordAnswer(calledAt);
          return answer;
        } catch (error) {
          if (!isUnavailable(error)) {
            recordAnswer(calledAt);
            throw error;
          }
          hasAnswered ||= !(error instanceof ServerUnreachableError);
          if (!hasAnswered) throw error;
          recordFailure(error, calledAt);
          await sleep(backoff(error, attempt, Math.random()), undefined, { signal });
        }
      }
    },
    downtime: () => downBefore + (downSince === undefined ? 0 : performance.now() - downSince),
  };
}

/**
 * Milliseconds before the next attempt: what the server asks for, or full jitter below a bound that doubles.
 *
 * @param random from 0 to below 1
 */
export function backoff(error: unknown, attempt: number, random: number): number {
  if (error instanceof RefusedError && error.retryAfter !== undefined) {
    return error.retryAfter * 1_000 + random * BASE;
  }
  return BASE / 5 + random * Math.min(CAP, BASE * 2 ** Math.min(attempt, 16));
}
