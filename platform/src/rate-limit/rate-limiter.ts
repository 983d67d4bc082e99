import type { RateLimitName } from '@att/contracts';
import {
  MemoryQuotas,
  type QuotaRequest,
  type QuotaTaken,
  type SharedState,
  SharedStateUnavailableError,
} from '../shared-state/index.js';
import { headersOf, type Policy, type RateLimitHeaders, rateLimited, tooManyAtOnce } from './answers.js';
import { KeyQuota, type Verdict } from './key-quota.js';

export interface RateLimiterOptions {
  name: RateLimitName;
  /** Number that a key may spend in a window. */
  limit: number;
  sharedState: Pick<SharedState, 'takeQuota'>;
  onRefused(): void;
  /** Called with an unforeseen error that no request waits for. */
  onFault(error: unknown): void;
  /** Milliseconds; tests make it shorter. */
  window?: number;
  /** Milliseconds of any monotone clock. */
  now?: () => number;
}

/** Milliseconds. */
const MINUTE = 60_000;
/** Parts of a limit that a process may hold ahead of need: one. A limit below this is taken one by one. */
const LEASES = 100;
/** Number of keys from which on those that are not used are looked for. */
const MANY = 10_000;

/**
 * Limit of what a key may do in a minute, over all replicas. While the shared state is away each process counts for
 * itself, with the whole limit.
 */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #policy: Policy;
  readonly #headersOf: ReturnType<typeof headersOf>;
  readonly #now: () => number;
  readonly #alone: MemoryQuotas;
  readonly #keys = new Map<string, KeyQuota>();

  constructor(options: RateLimiterOptions) {
    const { name, limit, window = MINUTE, now = () => performance.now() } = options;
    this.#options = options;
    this.#policy = { name, limit, window };
    this.#headersOf = headersOf(this.#policy);
    this.#now = now;
    this.#alone = new MemoryQuotas(now);
  }

  /**
   * Counts so many for a key. Answers at once, nearly always: only what goes beyond the lease waits for the shared state.
   *
   * @param actor name of the key
   * @param size of a batch that `count` is the rest of
   * @returns headers for the answer
   * @throws ProblemError rate_limited, too_many_items; or rejects with it
   */
  spend(actor: string, count = 1, size = count): RateLimitHeaders | Promise<RateLimitHeaders> {
    if (size > this.#policy.limit) throw tooManyAtOnce(this.#policy);
    const verdict = this.#quotaOf(actor).spend(count);
    return verdict instanceof Promise ? verdict.then((late) => this.#answer(late)) : this.#answer(verdict);
  }

  #answer(verdict: Verdict): RateLimitHeaders {
    const headers = this.#headersOf(verdict);
    if (verdict.isAllowed) return headers;
    this.#options.onRefused();
    throw rateLimited(this.#policy, verdict, headers);
  }

  #quotaOf(actor: string): KeyQuota {
    const known = this.#keys.get(actor);
    if (known !== undefined) return known;
    if (this.#keys.size >= MANY) {
      for (const [other, quota] of this.#keys) if (quota.isIdle) this.#keys.delete(other);
    }
    const { name, limit, window } = this.#policy;
    const made = new KeyQuota({
      lease: Math.floor(limit / LEASES),
      window,
      now: this.#now,
      onFault: this.#options.onFault,
      take: (needed, wanted) => this.#take({ name: `${name}:${actor}`, limit, window, needed, wanted }),
    });
    this.#keys.set(actor, made);
    return made;
  }

  async #take(request: QuotaRequest): Promise<QuotaTaken> {
    try {
      return await this.#options.sharedState.takeQuota(request);
    } catch (error) {
      if (!(error instanceof SharedStateUnavailableError)) throw error;
      return this.#alone.take(request);
    }
  }
}
