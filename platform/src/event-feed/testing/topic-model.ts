/** A log and a topic in memory, with everything that may go wrong between them, and a reader of both. */

import type { LogEvent } from '../../event-log/index.js';
import type { TopicMessage } from '../../event-topic/index.js';
import { messageAt } from '../../event-topic/testing/messages.js';
import { ReaderState } from '../kafka/reader-state.js';

export interface ModelOptions {
  partitions: number;
  batchSize: number;
  pageSize: number;
  near: number;
  /** Position after which the reader begins. */
  after: number;
}

interface Committed {
  partition: number;
  /** Number of fail-overs before. */
  timeline: number;
}

const EPOCH = 'the log';
/** Steps that a reader may take without anything new from outside; more is a loop that never waits. */
const MAX_STEPS = 1_000;

export class TopicModel {
  readonly reader: ReaderState;
  readonly read: number[] = [];
  readonly sources = new Set<string>();
  #now = 0;
  readonly #log: Committed[] = [];
  #timeline = 0;
  #published = 0;
  readonly #topic: TopicMessage[][];
  readonly #lastOf: number[];
  #offsets: number[] | undefined;

  constructor(private readonly options: ModelOptions) {
    this.reader = new ReaderState({ ...options, maxBytes: 1_000_000 });
    this.#topic = Array.from({ length: options.partitions }, () => []);
    this.#lastOf = Array.from({ length: options.partitions }, () => 0);
  }

  get head(): number {
    return this.#log.length;
  }

  /** @param places any number for each event; it decides on the partition */
  commit(places: readonly number[]): void {
    const { partitions } = this.options;
    for (const place of places) this.#log.push({ partition: place % partitions, timeline: this.#timeline });
  }

  /** @param fate of each message; further ones are sent */
  publish(count: number, fates: readonly ('sent' | 'lost' | 'doubled' | 'without data')[] = []): void {
    for (let i = 0; i < count && this.#published < this.head; i++) {
      const position = ++this.#published;
      const fate = fates[i] ?? 'sent';
      const { partition } = this.#log[position - 1] as Committed;
      const message = this.#message(position, this.#lastOf[partition] as number, fate !== 'without data');
      this.#lastOf[partition] = position;
      if (fate === 'lost') continue;
      this.#topic[partition]?.push(message);
      if (fate === 'doubled') this.#topic[partition]?.push(message);
    }
  }

  /** A relay that takes over sends the last messages again. */
  republish(count: number): void {
    const last = new Map<number, number>();
    for (let position = Math.max(1, this.#published - count); position <= this.#published; position++) {
      const { partition } = this.#log[position - 1] as Committed;
      this.#topic[partition]?.push(this.#message(position, last.get(partition) ?? 0, true));
      last.set(partition, position);
    }
  }

  /** Messages of another timeline, at positions that the log has too. */
  publishForeign(epoch: string, position: number): void {
    this.#topic[position % this.options.partitions]?.push(messageAt(position, { epoch, prev: 0 }));
  }

  /**
   * The last events that the reader does not have are lost with the server, and the standby goes on under the same epoch.
   * The topic keeps their messages.
   */
  failOver(count: number): void {
    this.#log.length = Math.max(this.reader.position, this.head - count);
    this.#timeline += 1;
    this.#published = Math.min(this.#published, this.head);
    this.#lastOf.fill(0);
    for (const [index, { partition }] of this.#log.slice(0, this.#published).entries())
      this.#lastOf[partition] = index + 1;
  }

  get isOpen(): boolean {
    return this.#offsets !== undefined;
  }

  /** A partition is read on, by so many messages at most. */
  deliver(place: number, count: number): void {
    const partition = place % this.options.partitions;
    const messages = this.#topic[partition] ?? [];
    const offset = this.#offsets?.[partition];
    if (this.#offsets === undefined || offset === undefined || offset >= messages.length) return;
    const arrived = messages.slice(offset, offset + count);
    const next = offset + arrived.length;
    this.#offsets[partition] = next;
    this.reader.arrived({ partition, messages: arrived, next, end: messages.length });
  }

  deliverAll(): void {
    for (let partition = 0; partition < this.options.partitions; partition++)
      this.deliver(partition, 1_000_000);
  }

  /** A consumer begins where the reader is. */
  open(): void {
    const { position, state } = this.reader;
    if (state === 'far' || this.#offsets !== undefined) return;
    this.#offsets = this.#topic.map((messages) => {
      const at = messages.findIndex(({ event }) => event.position >= position);
      return at < 0 ? messages.length : at;
    });
    const starts = this.#offsets.map((offset, partition) => {
      return { partition, offset, end: this.#topic[partition]?.length ?? 0 };
    });
    this.reader.opened(starts, position, this.#now);
  }

  lose(): void {
    this.#offsets = undefined;
    this.reader.lost(this.#now);
  }

  /** Messages that were published are gone, as with a retention shorter than the lag, or a topic that was made anew. */
  forget(): void {
    for (const [partition, messages] of this.#topic.entries()) {
      messages.splice(0);
      if (this.#offsets !== undefined) this.#offsets[partition] = 0;
    }
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  askHead(): void {
    this.reader.headAnswered({ epoch: EPOCH, head: this.head }, this.reader.knownHead, this.#now);
  }

  /** Does what the reader says until it waits. */
  run(): void {
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const step = this.reader.next(this.#now);
      this.sources.add(this.reader.state);
      if (step.do === 'wait') return;
      if (step.do === 'hand on') this.#take(step.events);
      else if (!this.#readPage() && !this.reader.isWorthWaking(this.#now)) return;
    }
    throw new Error('the reader never waits');
  }

  #take(events: readonly LogEvent[]): void {
    if (events.length === 0 || events.length > this.options.batchSize)
      throw new Error('a batch of a wrong size');
    for (const { position, event_id } of events) {
      if (event_id !== this.#idOf(position)) throw new Error(`${event_id} is of another log`);
      this.read.push(position);
    }
  }

  #idOf(position: number): string {
    return `${EPOCH}, timeline ${this.#log[position - 1]?.timeline}: ${position}`;
  }

  #message(position: number, prev: number, hasData: boolean): TopicMessage {
    const message = messageAt(position, { epoch: EPOCH, prev, text: hasData ? '{}' : null });
    return { ...message, event: { ...message.event, event_id: this.#idOf(position) } };
  }

  /** @returns whether the page was full */
  #readPage(): boolean {
    const after = this.reader.position;
    const last = Math.min(this.head, after + this.options.pageSize);
    for (let position = after + 1; position <= last; position++) this.read.push(position);
    const isFull = last - after === this.options.pageSize;
    this.reader.pageRead(last, isFull, { epoch: EPOCH, head: this.head }, this.#now);
    return isFull;
  }
}
