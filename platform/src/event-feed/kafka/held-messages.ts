import type { LogEvent } from '../../event-log/index.js';
import type { TopicMessage } from '../../event-topic/index.js';

/** Offset at which the reading of a partition begins, and the offset at which the partition ended then. */
export interface PartitionStart {
  partition: number;
  offset: number;
  end: number;
}

/** Messages of one partition, in its order. */
export interface Arrival {
  partition: number;
  messages: readonly TopicMessage[];
  /** Offset after the last of them, messages that were unreadable included. */
  next: number;
  /** Offset at which the partition ended when they were fetched. */
  end: number;
}

export interface TakenMessages {
  events: LogEvent[];
  hash: string;
}

interface Held {
  event: LogEvent;
  hash: string;
  bytes: number;
  source: Partition;
}

interface Partition {
  /** Highest position that it has shown, or that of the reader when it began. */
  seen: number;
  /** Bytes of its messages that are held. */
  bytes: number;
  next: number;
  end: number;
  isPaused: boolean;
}

/** Positions that a partition may be ahead of the reader before it is paused; it is resumed at half. */
const POSITIONS_AHEAD = 20_000;
/** Bytes that all partitions together may hold; each has an equal share, and is resumed at half of it. */
export const MAX_HELD_BYTES = 64 * 1024 * 1024;
/** Bytes of an event beside its payload, about. */
const ENVELOPE_BYTES = 400;
/** Other epochs to remember: each is asked about once. */
const MAX_FOREIGN_EPOCHS = 100;

/**
 * Messages of the topic, held by position until it is their turn. Partitions are read side by side, so the next event
 * may come after later ones; the total order is restored by handing on only what follows without a gap. Pure: it does
 * no I/O, and it never holds what the reader has seen or what is of another log.
 */
export class HeldMessages {
  readonly #held = new Map<number, Held>();
  readonly #partitions = new Map<number, Partition>();
  /** Highest position of each other epoch that the topic has shown. */
  readonly #foreign = new Map<string, number>();
  /** Positions among which some were lost: they come from Postgres. */
  #lost = { from: Number.POSITIVE_INFINITY, to: 0 };
  /** Position up to which the topic may have events of another timeline under the log's epoch. */
  #distrusted = 0;
  #epoch: string | undefined;
  #bytes = 0;
  #tip = 0;

  /** @param position of the reader: what is at or below it was seen */
  constructor(private position: number) {}

  /** False while there is no consumer. */
  get isOpen(): boolean {
    return this.#partitions.size > 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Highest position of this log that the topic has shown. */
  get tip(): number {
    return this.#tip;
  }

  /** True when every partition was read as far as it is known to go. */
  get isReadToEnd(): boolean {
    for (const { next, end, isPaused } of this.#partitions.values()) {
      if (isPaused || next < end) return false;
    }
    return true;
  }

  has(position: number): boolean {
    return this.#held.has(position);
  }

  /** True when the topic certainly will not bring this position, or one close to it. */
  isLost(position: number): boolean {
    return position >= this.#lost.from && position <= this.#lost.to;
  }

  /** A consumer begins at these places, which were looked up for the reader's position. */
  open(starts: readonly PartitionStart[], position: number): void {
    this.close();
    for (const { partition, offset, end } of starts) {
      this.#partitions.set(partition, { seen: position, bytes: 0, next: offset, end, isPaused: false });
    }
  }

  /** The consumer is gone; what was held would be read again by the next one. */
  close(): void {
    this.#partitions.clear();
    this.#drop();
    this.#tip = 0;
  }

  /**
   * Epoch of the log, as Postgres says. Messages of any other one are dropped, those that are held included; some of
   * their positions may be of this log too, and come from Postgres.
   *
   * @returns false where it is the epoch as before
   */
  setEpoch(epoch: string): boolean {
    if (epoch === this.#epoch) return false;
    let last = this.#foreign.get(epoch) ?? 0;
    for (const position of this.#held.keys()) last = Math.max(last, position);
    this.#foreign.delete(epoch);
    this.#distrusted = 0;
    this.#epoch = epoch;
    this.#drop();
    this.#tip = Math.min(this.#tip, this.position);
    for (const partition of this.#partitions.values())
      partition.seen = Math.min(partition.seen, this.position);
    if (last > this.position) this.#lost = { from: this.position + 1, to: last };
    return true;
  }

  /**
   * The topic has events of another timeline under the log's epoch. Positions up to `to` that the reader has not seen come
   * from Postgres, until the log has another epoch.
   */
  distrust(to: number): void {
    this.#drop();
    this.#distrusted = Math.max(this.#distrusted, to);
    if (this.#distrusted > this.position) this.#lose(this.position + 1, this.#distrusted);
  }

  /** @returns epochs that were never seen before: Postgres has to say whether they are the log's */
  arrive({ partition, messages, next, end }: Arrival): string[] {
    const source = this.#partitions.get(partition);
    if (source === undefined) return [];
    source.next = next;
    source.end = end;
    const unknown: string[] = [];
    for (const message of messages) {
      if (message.epoch === this.#epoch) this.#hold(message, source);
      else if (this.#isUnknown(message)) unknown.push(message.epoch);
    }
    return unknown;
  }

  /** The next events after the reader's position, as far as they are held; undefined when the very next is not. */
  take(batchSize: number, maxBytes: number): TakenMessages | undefined {
    const events: LogEvent[] = [];
    let payload = 0;
    let last: Held | undefined;
    while (events.length < batchSize && payload < maxBytes) {
      const held = this.#remove(this.position + 1);
      if (held === undefined) break;
      this.position += 1;
      events.push(held.event);
      payload += held.bytes - ENVELOPE_BYTES;
      last = held;
    }
    return last === undefined ? undefined : { events, hash: last.hash };
  }

  /** The reader got the events up to `position` from Postgres. */
  pass(position: number): void {
    while (this.position < position) this.#remove(++this.position);
  }

  /** Partitions that have come too far, and those that may go on. Each is named once. */
  changePauses(): { pause: number[]; resume: number[] } {
    const pause: number[] = [];
    const resume: number[] = [];
    const share = MAX_HELD_BYTES / this.#partitions.size;
    for (const [partition, state] of this.#partitions) {
      const ahead = state.seen - this.position;
      const shouldPause = state.isPaused
        ? ahead > POSITIONS_AHEAD / 2 || state.bytes > share / 2
        : ahead > POSITIONS_AHEAD || state.bytes > share;
      if (shouldPause === state.isPaused) continue;
      state.isPaused = shouldPause;
      (shouldPause ? pause : resume).push(partition);
    }
    return { pause, resume };
  }

  #hold({ event, hash, prev, hasData }: TopicMessage, source: Partition): void {
    const { position } = event;
    if (position > this.#tip) this.#tip = position;
    // A position that was seen is dropped before `prev` is looked at: a relay that takes over sends some again.
    if (position > source.seen) {
      if (prev > source.seen && prev > this.position && prev < position) this.#lose(source.seen + 1, prev);
      source.seen = position;
    }
    if (position <= Math.max(this.position, this.#distrusted) || this.#held.has(position)) return;
    if (hasData) this.#keep(event, hash, source);
    else this.#lose(position, position);
  }

  #keep(event: LogEvent, hash: string, source: Partition): void {
    const bytes = (event.data_text?.length ?? 0) + ENVELOPE_BYTES;
    this.#held.set(event.position, { event, hash, bytes, source });
    this.#bytes += bytes;
    source.bytes += bytes;
  }

  #remove(position: number): Held | undefined {
    const held = this.#held.get(position);
    if (held === undefined) return undefined;
    this.#held.delete(position);
    this.#bytes -= held.bytes;
    held.source.bytes -= held.bytes;
    return held;
  }

  #lose(from: number, to: number): void {
    const isOver = this.#lost.to <= this.position;
    this.#lost = isOver
      ? { from, to }
      : { from: Math.min(this.#lost.from, from), to: Math.max(this.#lost.to, to) };
  }

  #isUnknown({ epoch, event }: TopicMessage): boolean {
    const before = this.#foreign.get(epoch);
    if (before === undefined && this.#foreign.size >= MAX_FOREIGN_EPOCHS) this.#foreign.clear();
    this.#foreign.set(epoch, Math.max(before ?? 0, event.position));
    return before === undefined;
  }

  #drop(): void {
    this.#held.clear();
    this.#bytes = 0;
    for (const partition of this.#partitions.values()) partition.bytes = 0;
  }
}
