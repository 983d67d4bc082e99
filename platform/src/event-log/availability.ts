import { setTimeout as sleep } from 'node:timers/promises';
import { AppendError } from './append-errors.js';

/**
 * Milliseconds between two tries to reach a database that is away; meanwhile callers are refused at once. Twice as long
 * after each write in a row that failed, as a server with a full disk answers everything but writes.
 */
const RETRY_DELAY = 200;
const LONGEST_RETRY_DELAY = 5_000;

/** Whether the log can be written to. After a write that failed it asks the database until it answers. */
export class Availability {
  #refusal: { code: AppendError['code']; reason: string } | undefined;
  #failures = 0;
  #asking = false;
  #closed = false;

  /** @param answers asks the database; may say no without asking, and is asked again then */
  constructor(private readonly answers: () => Promise<boolean>) {}

  /** Undefined while the log can be written to; else why not. */
  get reason(): string | undefined {
    return this.#refusal?.reason;
  }

  /** Answer that callers get meanwhile. */
  get refusal(): AppendError | undefined {
    return this.#refusal && new AppendError(this.#refusal.code, this.#refusal.reason);
  }

  /** True from a failed write to the next that succeeds. */
  get isFailing(): boolean {
    return this.#failures > 0;
  }

  /** Marks the log unavailable for now: the outcome of a write is not known, and the writer reports it later. */
  lost(reason: string): void {
    this.#refusal = { code: 'database_unavailable', reason };
  }

  /** Called when the database answered, though it did not write. */
  answered(): void {
    this.#refusal = undefined;
  }

  wrote(): void {
    this.#refusal = undefined;
    this.#failures = 0;
  }

  failed(code: AppendError['code'], reason: string): void {
    this.#refusal = { code, reason };
    // Two batches that fail together are one failure.
    if (this.#asking) return;
    this.#asking = true;
    this.#failures += 1;
    void this.#ask(Math.min(RETRY_DELAY * 2 ** (this.#failures - 1), LONGEST_RETRY_DELAY));
  }

  close(): void {
    this.#closed = true;
  }

  async #ask(delay: number): Promise<void> {
    do await sleep(delay, undefined, { ref: false });
    while (!this.#closed && this.#refusal !== undefined && !(await this.answers()));
    this.#asking = false;
    this.answered();
  }
}
