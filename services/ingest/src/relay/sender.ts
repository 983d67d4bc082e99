/** Sends of a tenure: each is awaited, compared with the place before it, and reported to the lease. */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { NewMessage, TopicWriter } from '@att/platform/event-topic';
import { abortable } from './abortable.js';
import { cutSends } from './cut-sends.js';
import type { EncodedPage } from './encode-page.js';
import type { Lease } from './lease.js';
import type { PartitionPlace } from './lease-row.js';
import { idOf, type TenureStart } from './open-tenure.js';

export class Sender {
  readonly #partitions: PartitionPlace[];
  #hasBegun = false;

  constructor(
    private readonly writer: TopicWriter,
    private readonly lease: Lease,
    private readonly start: TenureStart,
    private readonly signal: AbortSignal,
  ) {
    this.#partitions = [...start.partitions];
  }

  /** Last message in each partition that the brokers have acknowledged; a copy. */
  get partitions(): PartitionPlace[] {
    return [...this.#partitions];
  }

  async send(page: EncodedPage): Promise<void> {
    const { messages, positions, hashes, position, hash, epoch } = page;
    // The row may speak of another topic, or of more than a topic that was made again has.
    if (!this.#hasBegun) this.#report(this.start.position, page.hashBefore, epoch);
    this.#hasBegun = true;
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
    const { partitions } = this;
    this.lease.report({ topic: idOf(this.start.topic), epoch, position, hash, partitions });
  }
}
