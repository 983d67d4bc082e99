/** Messages of the log's pages, each with the position before it in its partition. */
import type { HashedEvent, LogPage } from '@att/platform/event-log';
import { encodeMessage, type NewMessage, newMessage } from '@att/platform/event-topic';
import type { TenureStart } from './open-tenure.js';
import { TaskPlaces } from './task-places.js';

/** A page as it is sent. */
export interface EncodedPage {
  messages: readonly NewMessage[];
  /** Position of each message's event, and its hash. */
  positions: readonly number[];
  hashes: readonly string[];
  /** Hash of the event before the page, lower-case hex. */
  hashBefore: string;
  /** Place that is reached with them: the end of the page. */
  position: number;
  /** Hash of the event there, lower-case hex. */
  hash: string;
  epoch: string;
}

/** Encodes pages that follow one another. */
export class PageEncoder {
  /** Position of the last event of each partition. */
  readonly #last: number[];
  readonly #tasks: TaskPlaces;
  /** End of the page before; its hash is unknown at first. */
  #end: { position: number; hash?: string; epoch: string };

  /**
   * Begins after the start's position. Events up to the last message of their partition are in the topic already, and are left
   * out: that holds for the log that was compared alone, as positions are given out again after a fail-over.
   */
  constructor({ position, epoch, partitions }: Omit<TenureStart, 'topic'>) {
    this.#end = { position, epoch };
    this.#last = partitions.map((place) => place.position);
    this.#tasks = new TaskPlaces(partitions.length);
  }

  /** @throws Error where the page is not of the same log as the start, or the page before */
  encode({ events, epoch, hashBefore, hash }: LogPage<HashedEvent>): EncodedPage {
    const before = this.#end;
    if (hash === undefined || hashBefore === undefined || (before.hash ?? hashBefore) !== hashBefore) {
      throw new Error(
        `the log has another event at position ${before.position} than the one that was published`,
      );
    }
    if (before.epoch !== epoch) throw new Error('the log has a new epoch');
    const position = events.at(-1)?.position ?? before.position;
    this.#end = { position, hash, epoch };
    return { ...this.#messagesOf(events, epoch), hashBefore, position, hash, epoch };
  }

  #messagesOf(events: readonly HashedEvent[], epoch: string) {
    const [messages, positions, hashes]: [NewMessage[], number[], string[]] = [[], [], []];
    let [recordedAt, timestamp] = ['', ''];
    for (const event of events) {
      const { key, partition } = this.#tasks.of(event);
      const { position, hash } = event;
      const prev = this.#last[partition] as number;
      if (position <= prev) continue;
      this.#last[partition] = position;
      // Events of one append have one time.
      if (event.recorded_at !== recordedAt) {
        recordedAt = event.recorded_at;
        timestamp = String(Date.parse(recordedAt));
      }
      messages.push(newMessage(partition, key, encodeMessage(event, { epoch, prev }), timestamp));
      positions.push(position);
      hashes.push(hash);
    }
    return { messages, positions, hashes };
  }
}
