import type { QuotaTaken } from '../shared-state/index.js';
import type { QuotaState } from './answers.js';

export interface KeyQuotaOptions {
  /** Most that this process takes ahead of need. */
  lease: number;
  /** Milliseconds that a window lasts. */
  window: number;
  now(): number;
  /** Called when quota could not be taken ahead of need; those who wait for theirs are rejected instead. */
  onFault(error: unknown): void;
  /** Takes from what all replicas share. */
  take(needed: number, wanted: number): Promise<QuotaTaken>;
}

export type Verdict = QuotaState & { isAllowed: boolean };

interface Waiter {
  count: number;
  resolve(verdict: Verdict): void;
  reject(error: unknown): void;
}

/**
 * Quota of one key in this process. It takes a lease, a small share of the quota, from what all replicas share, and
 * spends that without asking. What was leased ends with its window, so no more than the limit is ever spent in one
 * window; the price is that a lease which one replica holds is missing to the others.
 */
export class KeyQuota {
  readonly #options: KeyQuotaOptions;
  readonly #waiting: Waiter[] = [];
  #isAsking = false;
  #held = 0;
  /** Number that nobody had taken when we last asked: there are never more again within a window. */
  #left = 0;
  #endsAt = Number.NEGATIVE_INFINITY;

  constructor(options: KeyQuotaOptions) {
    this.#options = options;
  }

  get isIdle(): boolean {
    return !this.#isAsking && this.#options.now() >= this.#endsAt;
  }

  /** @param count from 1 up to the limit */
  spend(count: number): Verdict | Promise<Verdict> {
    const now = this.#options.now();
    if (this.#waiting.length === 0 && now < this.#endsAt) {
      const verdict = this.#judge(count, now);
      if (verdict !== undefined) {
        if (this.#held < this.#options.lease / 2 && this.#left > 0) this.#ask();
        return verdict;
      }
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ count, resolve, reject });
      this.#ask();
    });
  }

  /** @returns undefined where only the store can say. Only within the window. */
  #judge(count: number, now: number): Verdict | undefined {
    const isAllowed = count <= this.#held;
    if (!isAllowed && count <= this.#held + this.#left) return undefined;
    if (isAllowed) this.#held -= count;
    return { isAllowed, remaining: this.#held + this.#left, resetsIn: this.#endsAt - now };
  }

  #ask(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const { take, lease, now } = this.#options;
    const askedAt = now();
    if (askedAt >= this.#endsAt) this.#held = 0;
    const first = this.#waiting[0]?.count ?? 0;
    const all = this.#waiting.reduce((sum, { count }) => sum + count, 0);
    const needed = Math.max(1, first - this.#held);
    take(needed, Math.max(needed, all + lease - this.#held)).then(
      (taken) => this.#taken(taken, askedAt),
      (error: unknown) => {
        this.#isAsking = false;
        if (this.#waiting.length === 0) this.#options.onFault(error);
        for (const { reject } of this.#waiting.splice(0)) reject(error);
      },
    );
  }

  #taken({ taken, left, resetsIn }: QuotaTaken, askedAt: number): void {
    this.#isAsking = false;
    // Counted from when we asked, so that the window ends here no later than in the store.
    const endsAt = askedAt + resetsIn;
    const isNewWindow = endsAt - this.#endsAt > this.#options.window / 2;
    this.#held = taken + (isNewWindow ? 0 : this.#held);
    this.#left = left;
    this.#endsAt = endsAt;
    this.#answerWaiting();
  }

  #answerWaiting(): void {
    const now = this.#options.now();
    // An answer that came after the end of its window says nothing of the next.
    if (now >= this.#endsAt && this.#waiting.length > 0) {
      this.#ask();
      return;
    }
    for (let waiter = this.#waiting[0]; waiter !== undefined; waiter = this.#waiting[0]) {
      const verdict = this.#judge(waiter.count, now);
      if (verdict === undefined) return void this.#ask();
      this.#waiting.shift();
      waiter.resolve(verdict);
    }
  }
}
