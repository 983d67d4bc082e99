/**
 * Batches on their way into the tables of a group: one is folded while the two before it are written, one after the other.
 * With one before it, the server was left waiting for this thread or this thread for the server in turn, and a build's
 * tables took 14 % longer to fill.
 */
import type { Logger } from '@att/platform/logging';
import type { Pool } from 'pg';
import { commitBatch, foldBatch } from '../batch/apply-batch.js';
import { type GenerationWriter, resetWriter } from '../batch/generation-writer.js';
import type { LogSlice } from '../batch/log-slice.js';
import { KeysNeededError } from '../batch/look-ups.js';
import { applyIsolating } from '../dead-letters/isolate.js';
import { resolveDeadLetter } from '../dead-letters/resolve.js';
import { type BatchPart, splitAtCommands } from '../dead-letters/split-at-commands.js';
import type { ProjectorMetrics } from '../metrics/projector-metrics.js';
import { PoisonError } from '../rows/poison-error.js';
import type { Encoded } from '../rows/write.js';

export interface LineOptions {
  pool: Pool;
  log: Logger;
  metrics: ProjectorMetrics;
  /** Generations at one checkpoint. */
  group: readonly GenerationWriter[];
  signal: AbortSignal;
  /** Tells the rate, in events a second, of a build that goes on. */
  rate?: (position: number) => number;
}

export class WritePipeline {
  readonly #generations: ReadonlySet<number>;
  /** Taken, and not known to be written. */
  #open: LogSlice[] = [];
  /** When all that is folded is written, and when all but the last of that is. */
  #writing: Promise<void> = Promise.resolve();
  #writingBefore: Promise<void> = Promise.resolve();

  constructor(private readonly options: LineOptions) {
    this.#generations = new Set(options.group.map(({ generation }) => generation.id));
  }

  /** Resolves when the batch is folded, and all are written but the one before it. */
  async take(batch: LogSlice): Promise<void> {
    for (const part of splitAtCommands(batch, this.#generations)) {
      if (this.options.signal.aborted) return;
      await (part.act === undefined ? this.#take(part) : this.#settle(part));
    }
  }

  /** Resolves when all that was taken is written. */
  async flush(): Promise<void> {
    try {
      await this.#writing;
      this.#open = [];
    } catch (error) {
      await this.#goAround(error);
    }
  }

  /**
   * Resolves when nothing is being written any more; what was taken is written as a whole or not at all. Of poison that nobody
   * went around yet nothing is said, as it would hide why the line ends: whoever goes on from the checkpoint meets it again.
   */
  async end(): Promise<void> {
    try {
      await this.#writing;
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
    }
  }

  async #take(batch: LogSlice): Promise<void> {
    const { pool, group, signal } = this.options;
    this.#open.push(batch);
    try {
      // While those before it are being written, which keeps the server busy and not this thread.
      const folds = await foldBatch(pool, group, batch);
      await this.#writingBefore;
      if (signal.aborted) return;
      this.#write(batch, folds);
    } catch (error) {
      await this.#goAround(error);
    }
  }

  /** Two at most are not written then: `RowCache` keeps what the last two have set. */
  #write(batch: LogSlice, folds: readonly Encoded[]): void {
    this.#open = this.#open.slice(-2);
    this.#writingBefore = this.#writing;
    this.#writing = this.#writingBefore.then(async () => {
      if (!this.options.signal.aborted) await this.#commit(batch, folds);
    });
    // It is heard of when later batches are folded.
    this.#writing.catch(() => {});
  }

  async #commit(batch: LogSlice, folds: readonly Encoded[]): Promise<void> {
    const { pool, group, metrics, rate } = this.options;
    const startedAt = performance.now();
    await commitBatch(pool, group, batch, folds, { rate: rate?.(batch.position) });
    metrics.applied(group, batch, (performance.now() - startedAt) / 1000);
  }

  /** Each generation for itself, around the events that it cannot apply; then they go on together. */
  async #goAround(error: unknown): Promise<void> {
    const { group, signal } = this.options;
    if (!(error instanceof PoisonError) || signal.aborted) throw error;
    await this.#writing.catch(() => {});
    this.#wantKeys();
    this.#writing = Promise.resolve();
    this.#writingBefore = this.#writing;
    for (const built of group) resetWriter(built);
    const reached = group[0]?.generation.position ?? 0;
    for (const batch of this.#open.filter(({ position }) => position > reached)) {
      await this.#applyEach(batch, (built) => applyIsolating(this.options, built, batch));
    }
    this.#open = [];
    for (const built of group) resetWriter(built);
  }

  async #settle(part: BatchPart): Promise<void> {
    await this.flush();
    this.#wantKeys();
    const { act } = part;
    await this.#applyEach(part, (built) =>
      act?.letter.generation === built.generation.id
        ? resolveDeadLetter(this.options, built, part, act)
        : applyIsolating(this.options, built, part),
    );
  }

  /**
   * Before generations go on one by one: there each forgets what its memory has, and the first that then asks would leave
   * the others behind.
   */
  #wantKeys(): void {
    if (this.options.group.some(({ hasKeys }) => !hasKeys)) throw new KeysNeededError();
  }

  async #applyEach(batch: LogSlice, apply: (built: GenerationWriter) => Promise<void>): Promise<void> {
    const { group, metrics, signal } = this.options;
    const startedAt = performance.now();
    for (const built of group) if (!signal.aborted) await apply(built);
    if (!signal.aborted) metrics.applied(group, batch, (performance.now() - startedAt) / 1000);
  }
}
