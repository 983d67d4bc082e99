/** Milliseconds that a rate looks back: long enough to be steady, short enough to show a change. */
const WINDOW = 5_000;

/** Speed of something in the last seconds. Pure but for `now`, in milliseconds. */
export class RateMeter {
  readonly #points: { at: number; position: number }[];

  constructor(
    position: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#points = [{ at: now(), position }];
  }

  /** @returns positions a second */
  reached(position: number): number {
    const at = this.now();
    this.#points.push({ at, position });
    while (this.#points.length > 2 && (this.#points[1] as { at: number }).at < at - WINDOW)
      this.#points.shift();
    const first = this.#points[0] as { at: number; position: number };
    return ((position - first.position) / Math.max(at - first.at, 1)) * 1000;
  }
}
