/** A token bucket: a second's worth of messages at once, and so many a second in the long run. */
export class MessageBudget {
  #tokens: number;
  #updatedAt: number;

  /** @param now milliseconds of any monotone clock, here and below */
  constructor(
    private readonly perSecond: number,
    now: number,
  ) {
    this.#tokens = perSecond;
    this.#updatedAt = now;
  }

  /** @returns false when the budget is spent */
  take(now: number): boolean {
    const earned = ((now - this.#updatedAt) / 1000) * this.perSecond;
    this.#tokens = Math.min(this.perSecond, this.#tokens + earned);
    this.#updatedAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
