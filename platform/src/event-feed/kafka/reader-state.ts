import type { LogEvent } from '../../event-log/index.js';
import { HeadHistory } from './head-history.js';
import { type Arrival, HeldMessages, MAX_HELD_BYTES, type PartitionStart } from './held-messages.js';
import { type LogReason, SourceChoice, type SourceEvent, type SourceState } from './source-choice.js';

export interface ReaderOptions {
  /** Position after which the reader begins. */
  after: number;
  batchSize: number;
  maxBytes: number;
  /** Positions behind the head from which on the topic is read. */
  near: number;
}

/** Next thing that the reader has to do. */
export type Step =
  | { do: 'hand on'; events: LogEvent[]; position: number; hash: string; isFull: boolean }
  /** Read a page from Postgres; when the last one was not full, after a wait. */
  | { do: 'read page' }
  | { do: 'wait' };

/** Result of a page, or of a question about the head. */
export interface HeadAnswer {
  epoch: string;
  head: number;
}

/** Milliseconds that the log has an event before it counts as late in the topic. */
const LATE_AFTER = 1_000;
/** Milliseconds without a word of Postgres after which nothing is handed on: it alone knows which log is the right one. */
const MAX_HEAD_AGE = 3_000;

/**
 * A reader's place between its two sources. Pure: pages, answers, messages and time come in, steps come out. The rules,
 * in one sentence each, are in docs/design/feed.md.
 */
export class ReaderState {
  readonly #choice = new SourceChoice();
  readonly #held: HeldMessages;
  readonly #heads = new HeadHistory(LATE_AFTER);
  #position: number;
  #isAtEnd = false;
  /** Position at which the topic was opened. */
  #openedAt = 0;
  /** Since when the next position is waited for in the topic. */
  #waitingSince: number | undefined;
  /** Position that the log was known to have when the page under way was asked for. */
  #knownBeforePage = 0;
  #isBlocked = false;

  constructor(private readonly options: ReaderOptions) {
    this.#position = options.after;
    this.#held = new HeldMessages(options.after);
  }

  get position(): number {
    return this.#position;
  }

  get state(): SourceState {
    return this.#choice.state;
  }

  get reason(): LogReason | undefined {
    return this.#choice.reason;
  }

  /** Decides on the source, and says what to do. */
  next(now: number): Step {
    if (this.#isBlocked) return { do: 'wait' };
    this.#choose(now);
    if (this.state !== 'topic') {
      this.#knownBeforePage = this.knownHead;
      return { do: 'read page' };
    }
    if (this.#heads.age(now) > MAX_HEAD_AGE) return { do: 'wait' };
    const taken = this.#held.take(this.options.batchSize, this.options.maxBytes);
    if (taken === undefined) return { do: 'wait' };
    this.#position += taken.events.length;
    this.#waitingSince = undefined;
    return { do: 'hand on', ...taken, position: this.#position, isFull: this.#mayMoreFollow() };
  }

  /** True when `next` would not only say to wait, or to read what a wait is for. */
  isWorthWaking(now: number): boolean {
    if (this.#isBlocked) return false;
    return this.#event(now) !== undefined || (this.state === 'topic' && this.#held.has(this.#position + 1));
  }

  /** @param position of the page's last event, or of the one before an empty page */
  pageRead(position: number, isFull: boolean, answer: HeadAnswer, now: number): void {
    this.#held.pass(position);
    this.#position = position;
    this.#isAtEnd = !isFull;
    this.#waitingSince = undefined;
    this.headAnswered(answer, this.#knownBeforePage, now);
    if (this.state === 'log' && this.#isBehind(now)) this.#choice.move('late', now);
  }

  /** Position that the log has, as the last answer or a message of its epoch has shown. */
  get knownHead(): number {
    return Math.max(this.#heads.latest, this.#held.tip);
  }

  /**
   * Only committed events are published. So a log that ends before what was known when it was asked lost events in a
   * fail-over, and the topic has them under an epoch that may still be the log's.
   *
   * @param known head when the question was asked
   */
  headAnswered({ epoch, head }: HeadAnswer, known: number, now: number): void {
    const isOtherEpoch = this.#held.setEpoch(epoch);
    if (!isOtherEpoch && head < known) this.#held.distrust(Math.max(known, this.#held.tip));
    this.#heads.answered(head, now);
  }

  /** The log is another one: nothing is handed on any more. */
  block(): void {
    this.#isBlocked = true;
  }

  /** @param position at which the starts were looked up */
  opened(starts: readonly PartitionStart[], position: number, now: number): void {
    this.#held.open(starts, position);
    this.#openedAt = position;
    this.#choice.move('opened', now);
  }

  /** The consumer failed, or could not be opened. */
  lost(now: number): void {
    this.#held.close();
    this.#choice.move('away', now);
  }

  /** @returns true when Postgres should be asked at once which log it has */
  arrived(arrival: Arrival): boolean {
    return this.#held.arrive(arrival).length > 0;
  }

  changePauses(): { pause: number[]; resume: number[] } {
    return this.#held.changePauses();
  }

  #choose(now: number): void {
    for (let event = this.#event(now); event !== undefined; event = this.#event(now)) {
      // The last page is no longer the newest word when the topic is left.
      if (this.state === 'topic') this.#isAtEnd = false;
      this.#choice.move(event, now);
    }
  }

  #event(now: number): SourceEvent | undefined {
    switch (this.state) {
      case 'far':
        return this.#heads.age(now) < Number.POSITIVE_INFINITY && this.#isNear() ? 'near' : undefined;
      case 'log':
        return this.#isReady() && this.#choice.mayReturn(now) ? 'ready' : undefined;
      case 'topic':
        return this.#failure(now);
    }
  }

  #isNear(): boolean {
    return this.#heads.latest - this.#position <= this.options.near;
  }

  /** True when the topic has the next event or, at the live end, has shown all that the reader has: a topic that lags would be late again. */
  #isReady(): boolean {
    const held = this.#held;
    if (!held.isOpen) return false;
    const next = this.#position + 1;
    if (held.has(next)) return true;
    return this.#isAtEnd && held.isReadToEnd && held.tip === this.#position && !held.isLost(next);
  }

  #failure(now: number): SourceEvent | undefined {
    const held = this.#held;
    const next = this.#position + 1;
    if (!held.isOpen) return 'away';
    if (held.has(next)) return undefined;
    if (held.isLost(next)) return 'lost';
    if (held.bytes > MAX_HELD_BYTES / 2) return 'full';
    this.#waitingSince ??= now;
    if (this.#heads.settled(now) < next) return undefined;
    // While partitions are being read, the next event may be among what they still have.
    return held.isReadToEnd || now - this.#waitingSince >= LATE_AFTER ? 'late' : undefined;
  }

  /** The topic has not shown what the reader got from Postgres a while ago. */
  #isBehind(now: number): boolean {
    const shown = Math.min(this.#heads.settled(now), this.#position);
    return this.#held.isOpen && this.#position > this.#openedAt && this.#held.tip < shown;
  }

  #mayMoreFollow(): boolean {
    const held = this.#held;
    return held.has(this.#position + 1) || this.#heads.latest > this.#position || !held.isReadToEnd;
  }
}
