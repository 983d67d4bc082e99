import type { EncodedFrame } from './encoded-frame.js';

/**
 * The most recent frames, bounded by count and by bytes. It holds every frame of the positions
 * `floor` < position <= `tip`, and none of earlier positions.
 */
export class FrameRing {
  /** Frames before `#start` were dropped: their slots are empty until the rest moves to the front. */
  #frames: (EncodedFrame | undefined)[] = [];
  #start = 0;
  #bytes = 0;
  #floor = 0;
  #tip = 0;

  constructor(
    private readonly maxFrames: number,
    private readonly maxBytes: number,
  ) {}

  get floor(): number {
    return this.#floor;
  }

  get tip(): number {
    return this.#tip;
  }

  get size(): number {
    return this.#frames.length - this.#start;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Drops all frames; the next one may be of any position after `position`. */
  restart(position: number): void {
    this.#frames = [];
    this.#start = 0;
    this.#bytes = 0;
    this.#floor = position;
    this.#tip = position;
  }

  /**
   * @param frames all frames of the positions after `tip` up to `upTo`, in order; there may be none,
   *   as not every event has one
   */
  append(frames: readonly EncodedFrame[], upTo: number): void {
    for (const frame of frames) {
      this.#frames.push(frame);
      this.#bytes += frame.bytes.length;
    }
    this.#tip = upTo;
    while (this.size > this.maxFrames || this.#bytes > this.maxBytes) this.#forgetOldest();
    // Moving the rest to the front costs as much as what was forgotten since the last time.
    if (this.#start > this.#frames.length / 2) {
      this.#frames = this.#frames.slice(this.#start);
      this.#start = 0;
    }
  }

  /**
   * The frames after a position that is not below the floor, and the position that they reach.
   *
   * @param maxBytes after so many the page ends; one frame is always given
   * @param project leave out those of other projects
   */
  after(position: number, maxBytes: number, project?: string): { frames: EncodedFrame[]; position: number } {
    if (position < this.#floor) throw new RangeError(`the ring begins after ${this.#floor}, not ${position}`);
    const frames: EncodedFrame[] = [];
    let bytes = 0;
    for (let i = this.#indexAfter(position); i < this.#frames.length; i++) {
      const frame = this.#frames[i] as EncodedFrame;
      if (project !== undefined && frame.project !== project) continue;
      frames.push(frame);
      bytes += frame.bytes.length;
      if (bytes >= maxBytes) return { frames, position: frame.position };
    }
    return { frames, position: Math.max(position, this.#tip) };
  }

  #forgetOldest(): void {
    const oldest = this.#frames[this.#start] as EncodedFrame;
    this.#frames[this.#start] = undefined;
    this.#start += 1;
    this.#bytes -= oldest.bytes.length;
    this.#floor = oldest.position;
  }

  /** Index of the first frame after `position`, by halving. */
  #indexAfter(position: number): number {
    let low = this.#start;
    let high = this.#frames.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#frames[middle] as EncodedFrame).position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
