/** Answers of a limit: the headers of draft-ietf-httpapi-ratelimit-headers-11, and the refusal. */
import type { RateLimitName } from '@att/contracts';
import { ProblemError } from '../http/problem-error.js';

export type RateLimitHeaders = Readonly<Record<'RateLimit-Policy' | 'RateLimit', string>>;

/** Limit as it stands for one key. */
export interface QuotaState {
  /** Number that is left to this process, as far as it knows. */
  remaining: number;
  /** Milliseconds until the window ends. */
  resetsIn: number;
}

export interface Policy {
  name: RateLimitName;
  limit: number;
  /** Milliseconds. */
  window: number;
}

/** Words of each limit for people: what is counted. */
const COUNTED: Record<RateLimitName, string> = { webhooks: 'reports', reads: 'reads' };

/** @returns a function that makes the headers of an answer */
export function headersOf({ name, limit, window }: Policy): (state: QuotaState) => RateLimitHeaders {
  const policy = `"${name}";q=${limit};w=${seconds(window)}`;
  return ({ remaining, resetsIn }) => ({
    'RateLimit-Policy': policy,
    RateLimit: `"${name}";r=${remaining};t=${seconds(resetsIn)}`,
  });
}

export function rateLimited(policy: Policy, state: QuotaState, headers: RateLimitHeaders): ProblemError {
  const retryAfter = seconds(state.resetsIn);
  const per = policy.window === 60_000 ? 'a minute' : `every ${seconds(policy.window)} s`;
  return new ProblemError(
    'rate_limited',
    `This key may make ${policy.limit} ${COUNTED[policy.name]} ${per}. Send it again in ${retryAfter} s.`,
    { retryAfter, headers },
  );
}

/** Refusal of a batch that could never pass: there is no time after which to send it again. */
export function tooManyAtOnce({ name, limit }: Policy): ProblemError {
  return new ProblemError(
    'too_many_items',
    `This key may make ${limit} ${COUNTED[name]} a minute: send a batch of at most so many.`,
  );
}

/** Whole seconds, at least 1; rounded up, so that a client that waits them is not too early. */
const seconds = (milliseconds: number) => Math.max(1, Math.ceil(milliseconds / 1_000));
