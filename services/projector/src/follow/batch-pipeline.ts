/**
 * Pipeline of batches into the tables of a group: one batch is folded while the two before it are written, one after the other.
 * Two, as server and thread would wait for each other in turn if there were one: a build's tables took 14 % longer to fill.
 */
import { commitBatch, foldBatch } from '../batch/apply-batch.js';
import { type GenerationWriter, resetWriter } from '../batch/generation-writer.js';
import type { LogSlice } from '../batch/log-slice.js';
import { KeysNeededError } from '../batch/look-ups.js';
import type { ProjectorContext } from '../batch/projector-context.js';
import { applyIsolating } from '../dead-letters/isolate.js';
import { resolveDeadLetter } from '../dead-letters/resolve.js';
import { type BatchPart, splitAtCommands } from '../dead-letters/split-at-commands.js';
import { PoisonError } from '../rows/poison-error.js';
import type { Encoded } from '../rows/write.js';

/** Measures the speed of a build: called with a position that is about to be reached, it returns events a second. */
export type MeasureRate = (position: number) => number;

export class BatchPipeline {
  readonly #generations: ReadonlySet<number>;
  /** Batches that were taken and are not known to be written. */
  #inFlight: LogSlice[] = [];
  /** Resolves when every folded batch is written. */
  #lastWrite: Promise<void> = Promise.resolve();
  /** Resolves when every folded batch but the last is written. */
  #writeBeforeLast: Promise<void> = Promise.resolve();

  /** @param group writers of generations at one checkpoint */
  constructor(
    private readonly context: ProjectorContext,
    private readonly group: readonly GenerationWriter[],
    private readonly measureRate?: MeasureRate,
  ) {
    this.#generations = new Set(group.map(({ generation }) => generation.id));
  }

  /** Resolves when the batch is folded, and all batches are written but the one before it. */
  async take(batch: LogSlice): Promise<void> {
    for (const part of splitAtCommands(batch, this.#generations)) {
      if (this.context.signal.aborted) return;
      await (part.command === undefined ? this.#take(part) : this.#runCommand(part));
    }
  }

  /** Resolves when every batch that was taken is written. */
  async flush(): Promise<void> {
    try {
      await this.#lastWrite;
      this.#inFlight = [];
    } catch (error) {
      await this.#isolate(error);
    }
  }

  /**
   * Resolves when nothing is being written any more; each batch is then written as a whole or not at all. A PoisonError is not
   * thrown, as it would hide the reason to end: the next pipeline starts at the checkpoint and finds the event again.
   */
  async end(): Promise<void> {
    try {
      await this.#lastWrite;
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
    }
  }

  async #take(batch: LogSlice): Promise<void> {
    const { pool, signal } = this.context;
    this.#inFlight.push(batch);
    try {
      // The fold goes on while earlier batches are written: that keeps the server busy, and not this thread.
      const folds = await foldBatch(pool, this.group, batch);
      await this.#writeBeforeLast;
      if (signal.aborted) return;
      this.#write(batch, folds);
    } catch (error) {
      await this.#isolate(error);
    }
  }

  /** Two batches at most are unwritten from here on: `RowCache` keeps the rows that the last two have set. */
  #write(batch: LogSlice, folds: readonly Encoded[]): void {
    this.#inFlight = this.#inFlight.slice(-2);
    this.#writeBeforeLast = this.#lastWrite;
    this.#lastWrite = this.#writeBeforeLast.then(async () => {
      if (!this.context.signal.aborted) await this.#commit(batch, folds);
    });
    // The rejection is handled when a later batch, or `flush`, awaits it.
    this.#lastWrite.catch(() => {});
  }

  async #commit(batch: LogSlice, folds: readonly Encoded[]): Promise<void> {
    const { pool, metrics } = this.context;
    const startedAt = performance.now();
    await commitBatch(pool, this.group, batch, folds, { rate: this.measureRate?.(batch.position) });
    metrics.applied(this.group, batch, (performance.now() - startedAt) / 1000);
  }

  /** Applies the batches in flight to each generation by itself, around events that it cannot apply. @throws any other error */
  async #isolate(error: unknown): Promise<void> {
    const { signal } = this.context;
    if (!(error instanceof PoisonError) || signal.aborted) throw error;
    await this.#lastWrite.catch(() => {});
    this.#requireKeys();
    this.#lastWrite = Promise.resolve();
    this.#writeBeforeLast = this.#lastWrite;
    for (const writer of this.group) resetWriter(writer);
    const applied = this.group[0]?.checkpoint.position ?? 0;
    for (const batch of this.#inFlight.filter(({ position }) => position > applied)) {
      await this.#applyEach(batch, (writer) => applyIsolating(this.context, writer, batch));
    }
    this.#inFlight = [];
    for (const writer of this.group) resetWriter(writer);
  }

  async #runCommand(part: BatchPart): Promise<void> {
    await this.flush();
    this.#requireKeys();
    const { command } = part;
    await this.#applyEach(part, (writer) =>
      command?.named.generation === writer.generation.id
        ? resolveDeadLetter(this.context, writer, part, command)
        : applyIsolating(this.context, writer, part),
    );
  }

  /**
   * Keys must be there before generations are written one by one: each then loses the rows in its memory, and the first that looks
   * one up would leave the others behind.
   */
  #requireKeys(): void {
    if (this.group.some(({ hasKeys }) => !hasKeys)) throw new KeysNeededError();
  }

  async #applyEach(batch: LogSlice, apply: (writer: GenerationWriter) => Promise<void>): Promise<void> {
    const { metrics, signal } = this.context;
    const startedAt = performance.now();
    for (const writer of this.group) if (!signal.aborted) await apply(writer);
    if (!signal.aborted) metrics.applied(this.group, batch, (performance.now() - startedAt) / 1000);
  }
}
