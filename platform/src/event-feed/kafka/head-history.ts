/** Heads of the log that were asked for lately: how far it certainly was a while ago. Pure. */
export class HeadHistory {
  #heads: { head: number; at: number }[] = [];

  /** @param settleAfter milliseconds after which the topic should have what the log had */
  constructor(private readonly settleAfter: number) {}

  /** The head of the last answer; 0 before the first. */
  get latest(): number {
    return this.#heads.at(-1)?.head ?? 0;
  }

  /** Milliseconds since the last answer. */
  age(now: number): number {
    return now - (this.#heads.at(-1)?.at ?? Number.NEGATIVE_INFINITY);
  }

  answered(head: number, now: number): void {
    // A log that became shorter is another one.
    if (head < this.latest) this.#heads = [];
    this.#heads.push({ head, at: now });
    const settled = this.#heads.findLastIndex(({ at }) => at <= now - this.settleAfter);
    if (settled > 0) this.#heads.splice(0, settled);
  }

  /** Position that the log has had for `settleAfter`, and perhaps longer; 0 where none is known. */
  settled(now: number): number {
    return this.#heads.findLast(({ at }) => at <= now - this.settleAfter)?.head ?? 0;
  }
}
