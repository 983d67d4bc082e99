/** Source that a reader takes its events from, as a table: a pair that is forgotten does not compile. */

export type SourceState =
  /** Pages from Postgres, far behind the head: a consumer would gain nothing yet. */
  | 'far'
  /** Pages from Postgres, while the topic is opened, is away, or lacks what comes next. */
  | 'log'
  /** Messages of the topic. */
  | 'topic';

export type SourceEvent =
  /** The reader has come near the head. */
  | 'near'
  /** The topic has what comes next, or has shown all that the reader has. */
  | 'ready'
  /** The log has had the next event for a while, and the topic has not brought it. */
  | 'late'
  /** The topic lacks the next event, certainly. */
  | 'lost'
  /** Later messages fill what may be held while the next one is not there. */
  | 'full'
  /** The consumer is gone, or could not be made. */
  | 'away'
  /** A consumer was made. */
  | 'opened';

export const SOURCE_TRANSITIONS: Readonly<Record<SourceState, Readonly<Record<SourceEvent, SourceState>>>> = {
  far: { near: 'log', ready: 'far', late: 'far', lost: 'far', full: 'far', away: 'far', opened: 'far' },
  log: { near: 'log', ready: 'topic', late: 'log', lost: 'log', full: 'log', away: 'log', opened: 'log' },
  topic: {
    near: 'topic',
    ready: 'topic',
    late: 'log',
    lost: 'log',
    full: 'log',
    away: 'log',
    opened: 'topic',
  },
};

/** Reason why a reader takes its events from Postgres. */
export type LogReason = 'far' | 'starting' | Exclude<SourceEvent, 'near' | 'ready' | 'opened'>;

/** Milliseconds that the log is kept after the topic failed; doubled each time that it fails soon again. */
const MIN_STAY = 1_000;
const MAX_STAY = 60_000;
/** Milliseconds in the topic after which a failure does not count as one that came soon. */
const CALM = 60_000;

/** Pure: time is input, in milliseconds of a monotonic clock. */
export class SourceChoice {
  #state: SourceState = 'far';
  #reason: LogReason = 'far';
  #topicSince = Number.NEGATIVE_INFINITY;
  #stay = MIN_STAY / 2;
  #stayUntil = Number.NEGATIVE_INFINITY;

  get state(): SourceState {
    return this.#state;
  }

  /** Undefined in the topic. */
  get reason(): LogReason | undefined {
    return this.#state === 'topic' ? undefined : this.#reason;
  }

  /** False for a while after the topic failed, so that a topic which lags does not delay every event by the wait for it. */
  mayReturn(now: number): boolean {
    return now >= this.#stayUntil;
  }

  move(event: SourceEvent, now: number): void {
    const before = this.#state;
    this.#state = SOURCE_TRANSITIONS[before][event];
    if (this.#state === 'log' && event !== 'ready') this.#reason = this.#reasonAfter(event, before);
    if (before === 'topic' && this.#state === 'log') this.#fell(event, now);
    if (before !== 'topic' && this.#state === 'topic') this.#topicSince = now;
  }

  #reasonAfter(event: Exclude<SourceEvent, 'ready'>, before: SourceState): LogReason {
    if (event !== 'near' && event !== 'opened') return event;
    return before === 'far' || this.#reason === 'away' ? 'starting' : this.#reason;
  }

  #fell(event: SourceEvent, now: number): void {
    // A single lost message says nothing about the others.
    if (event === 'lost') return;
    const isCalm = now - this.#topicSince > CALM;
    this.#stay = isCalm ? MIN_STAY : Math.min(this.#stay * 2, MAX_STAY);
    this.#stayUntil = now + this.#stay;
  }
}
