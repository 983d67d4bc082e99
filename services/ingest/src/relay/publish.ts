/** Publishing: pages of the log become sends, in order; each is awaited, and reported to the lease. */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { PageSize, readHashed } from '@att/platform/event-log';
import type { NewMessage, TopicWriter } from '@att/platform/event-topic';
import { pause } from '@att/platform/time';
import { abortable } from './abortable.js';
import { cutSends } from './cut-sends.js';
import { type EncodedPage, PageEncoder } from './encode-page.js';
import type { Lease } from './lease.js';
import { idOf, type Start } from './open-tenure.js';
import type { RelayOptions } from './relay-options.js';

/** Events and payload bytes of a page. The page after it is made ready meanwhile, so twice of this is held. */
const [PAGE_EVENTS, PAGE_BYTES] = [1_000, 1024 * 1024];
/** Milliseconds without a wake-up after which the log is asked, and from one page that was not full to the next. */
const [POLL, BREATH] = [1_000, 20];

interface ReadyPage extends EncodedPage {
  /** True when more events may follow at once. */
  isFull: boolean;
}

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
  const encoder = new PageEncoder(start.position, start.partitions);
  const sender = new Sender(writer, lease, start, signal);
  const prepare = async (after: number): Promise<ReadyPage> => {
    const page = await abortable(readHashed(pool, after, size), signal);
    return { ...encoder.encode(page), isFull: size.take(page.events) };
  };
  let ahead: Promise<ReadyPage> | undefined;
  let { position } = start;
  while (!signal.aborted) {
    // The signal is listened to before the read, so that a batch committed between the two is not missed.
    const { woken, leave } = wakeUps.wakeSignal.listen(POLL, signal);
    try {
      const startedAt = performance.now();
      const page: ReadyPage = await (ahead ?? prepare(position));
      position = page.position;
      ahead = page.isFull ? prepare(position) : undefined;
      ahead?.catch(() => {});
      await sender.send(page);
      metrics.published.inc(page.messages.length);
      if (page.isFull) continue;
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

  constructor(
    private readonly writer: TopicWriter,
    private readonly lease: Lease,
    private readonly start: Start,
    private readonly signal: AbortSignal,
  ) {
    this.#partitions = [...start.partitions];
  }

  async send({ messages, positions, hashes, position, hash, epoch }: EncodedPage): Promise<void> {
    let from = 0;
    for (const end of cutSends(messages)) {
      await this.#write(messages.slice(from, end), positions.slice(from, end));
      this.#report(positions[end - 1] as number, hashes[end - 1] as string, epoch);
      from = end;
      await yieldToEventLoop();
    }
    this.#report(position, hash, epoch);
  }

  async #write(messages: readonly NewMessage[], positions: readonly number[]): Promise<void> {
    if (!this.lease.isHeld()) throw new Error('the lease has expired');
    const next = new Map(await abortable(this.writer.write(messages), this.signal));
    for (const [index, { partition }] of messages.entries()) {
      const offset = next.get(partition);
      if (offset === undefined || offset <= (this.#partitions[partition]?.offset ?? -1)) {
        throw new Error(`partition ${partition} of the topic has lost messages, or was made again`);
      }
      this.#partitions[partition] = { position: positions[index] as number, offset };
      next.set(partition, offset + 1);
    }
  }

  #report(position: number, hash: string, epoch: string): void {
    const partitions = [...this.#partitions];
    this.lease.report({ topic: idOf(this.start.topic), epoch, position, hash, partitions });
  }
}
