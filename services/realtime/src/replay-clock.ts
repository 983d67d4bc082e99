/**
 * When the events of a replay are due: the recorded time between two events, long silences shortened
 * if so asked, at so many times its own pace.
 *
 * The clock keeps a timeline of its own, in recorded milliseconds, that runs at the replay's speed
 * while it is not paused. Each event has its place on it, so the delays of timers and sockets do not
 * add up: after n events the replay is as late as its last timer, not as n of them. It does no I/O and
 * reads no time: every `now` is milliseconds of any monotone clock.
 */
import type { ReplaySpeed } from '@att/contracts';

/**
 * Milliseconds. An event that comes later than this was held up by more than a timer: the client did
 * not read, or the log could not be read. What was lost is not made up, which would show the events
 * behind it in a burst, at a pace that they never had.
 */
export const MAX_MAKE_UP = 20;

export class ReplayClock {
  #speed: ReplaySpeed;
  #isPaused = false;
  /** The timeline stood at `#mark` when it was `#markedAt`. */
  #mark = 0;
  #markedAt: number;
  /** The event that was played last: its place on the timeline, and when it was recorded. */
  #last: { place: number; recordedAt: number } | undefined;

  /** @param maxGap recorded milliseconds that a silence has at most */
  constructor(
    speed: ReplaySpeed,
    private readonly maxGap: number,
    now: number,
  ) {
    this.#speed = speed;
    this.#markedAt = now;
  }

  get speed(): ReplaySpeed {
    return this.#speed;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(now: number): void {
    this.#setMark(now);
    this.#isPaused = true;
  }

  resume(now: number): void {
    this.#setMark(now);
    this.#isPaused = false;
  }

  /** Changes the speed. In the middle of a silence, the rest of it passes at the new speed. */
  setSpeed(speed: ReplaySpeed, now: number): void {
    this.#setMark(now);
    this.#speed = speed;
  }

  /** The next event is another than the one that follows: it is due at once, as the first one was. */
  jump(): void {
    this.#last = undefined;
  }

  /**
   * Milliseconds until the next event is due: 0 when it is, Infinity while the clock is paused.
   *
   * @param recordedAt of that event, in milliseconds
   */
  wait(recordedAt: number, now: number): number {
    if (this.#isPaused) return Infinity;
    if (this.#speed === 'max' || this.#last === undefined) return 0;
    return Math.max(0, (this.#placeOf(recordedAt) - this.#timeline(now)) / this.#speed);
  }

  /** The next event was played: it is what the one behind it follows. */
  played(recordedAt: number, now: number): void {
    const place = this.#last === undefined ? this.#timeline(now) : this.#placeOf(recordedAt);
    this.#last = { place, recordedAt };
    if (this.#speed !== 'max' && (this.#timeline(now) - place) / this.#speed <= MAX_MAKE_UP) return;
    this.#mark = place;
    this.#markedAt = now;
  }

  #placeOf(recordedAt: number): number {
    const last = this.#last as { place: number; recordedAt: number };
    return last.place + Math.min(this.maxGap, Math.max(0, recordedAt - last.recordedAt));
  }

  /** Place on the timeline now. At `max` it stands between two events, and moves with what is played. */
  #timeline(now: number): number {
    if (this.#isPaused || this.#speed === 'max') return this.#mark;
    return this.#mark + (now - this.#markedAt) * this.#speed;
  }

  #setMark(now: number): void {
    this.#mark = this.#timeline(now);
    this.#markedAt = now;
  }
}
