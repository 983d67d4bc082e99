/** Publishing: pages of the log become sends, in order; each is awaited, and reported to the lease. */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { type HashedEvent, type LogPage, PageSize, readHashed } from '@att/platform/event-log';
import type { TopicWriter } from '@att/platform/event-topic';
import { pause } from '@att/platform/time';
import { abortable } from './abortable.js';
import { cutSends } from './cut-sends.js';
import { encodePage, type RelayedMessage } from './encode-page.js';
import type { Lease } from './lease.js';
import { idOf, type Start } from './open-tenure.js';
import type { RelayOptions } from './relay-options.js';

/** Events and payload bytes of a page. The page after it is read meanwhile, so twice of this is held. */
const [PAGE_EVENTS, PAGE_BYTES] = [1_000, 1024 * 1024];
/** Milliseconds without a wake-up after which the log is asked, and from one page that was not full to the next. */
const [POLL, BREATH] = [1_000, 10];

/**
 * Publishes until `signal` aborts.
 *
 * @param signal aborts when the lease is lost, too
 * @throws when a send fails, or the log is another one than before
 */
export async function publish(
  options: RelayOptions,
  writer: TopicWriter,
  lease: Lease,
  start: Start,
  signal: AbortSignal,
): Promise<void> {
  const { pool, wakeUps, metrics } = options;
  const size = new PageSize(PAGE_EVENTS, PAGE_BYTES);
  const sender = new Sender(writer, lease, start, signal);
  const read = (after: number) => abortable(readHashed(pool, after, size), signal);
  let ahead: Promise<LogPage<HashedEvent>> | undefined;
  while (!signal.aborted) {
    // The signal is listened to before the read, so that a batch committed between the two is not missed.
    const { woken, leave } = wakeUps.wakeSignal.listen(POLL, signal);
    try {
      const startedAt = performance.now();
      const page = await (ahead ?? read(sender.position));
      ahead = undefined;
      const isFull = size.take(page.events);
      const end = page.events.at(-1)?.position;
      if (isFull && end !== undefined) {
        ahead = read(end);
        ahead.catch(() => {});
      }
      metrics.published.inc(await sender.send(page));
      if (isFull) continue;
      await woken;
      // Sends that follow at once would have a few events each, and cost as much as large ones.
      await pause(Math.max(0, startedAt + BREATH - performance.now()), signal);
    } finally {
      leave();
    }
  }
}

class Sender {
  readonly #partitions: Start['partitions'];
  #position: number;
  #hash: string | undefined;
  #epoch: string | undefined;

  constructor(
    private readonly writer: TopicWriter,
    private readonly lease: Lease,
    private readonly start: Start,
    private readonly signal: AbortSignal,
  ) {
    this.#position = start.position;
    this.#partitions = [...start.partitions];
  }

  /** Position up to which all events are in the topic. */
  get position(): number {
    return this.#position;
  }

  /** @returns number of events that were sent */
  async send(page: LogPage<HashedEvent>): Promise<number> {
    this.#refuseAnother(page);
    const messages = encodePage(page.events, page.epoch, this.#partitions);
    let from = 0;
    for (const end of cutSends(messages)) {
      await this.#write(messages.slice(from, end));
      from = end;
      await yieldToEventLoop();
    }
    const last = page.events.at(-1);
    if (last !== undefined) this.#moveTo(last.position, last.hash);
    return messages.length;
  }

  #refuseAnother({ epoch, hashBefore }: LogPage): void {
    if (hashBefore === undefined || (this.#hash ?? hashBefore) !== hashBefore) {
      throw new Error(
        `the log has another event at position ${this.#position} than the one that was published`,
      );
    }
    if ((this.#epoch ?? epoch) !== epoch) throw new Error('the log has a new epoch');
    const isFirst = this.#epoch === undefined;
    this.#epoch = epoch;
    if (isFirst) this.#moveTo(this.#position, hashBefore);
  }

  async #write(messages: readonly RelayedMessage[]): Promise<void> {
    if (!this.lease.isHeld()) throw new Error('the lease has expired');
    const offsets = await abortable(this.writer.write(messages), this.signal);
    this.#take(messages, new Map(offsets));
    const last = messages.at(-1) as RelayedMessage;
    this.#moveTo(last.position, last.hash);
  }

  /** @param next offset of the next message in each partition */
  #take(messages: readonly RelayedMessage[], next: Map<number, number>): void {
    for (const { partition, position } of messages) {
      const offset = next.get(partition);
      if (offset === undefined || offset <= (this.#partitions[partition]?.offset ?? -1)) {
        throw new Error(`partition ${partition} of the topic has lost messages, or was made again`);
      }
      this.#partitions[partition] = { position, offset };
      next.set(partition, offset + 1);
    }
  }

  #moveTo(position: number, hash: string): void {
    this.#position = position;
    this.#hash = hash;
    this.lease.report({
      topic: idOf(this.start.topic),
      epoch: this.#epoch as string,
      position,
      hash,
      partitions: [...this.#partitions],
    });
  }
}
