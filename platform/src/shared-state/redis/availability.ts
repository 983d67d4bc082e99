import type { Logger } from '../../logging/index.js';

/** Milliseconds that a change must last before it is a line of the log: a blip is a matter for metrics. */
const SETTLING = 1_000;
/** Milliseconds between two lines, whatever changes meanwhile. */
const QUIET = 10_000;
/** Milliseconds between two lines while it stays away, each for another reason. */
const REPEAT = 60_000;

/** Reports whether Redis can be used: one line when it goes, and one when it is back. */
export class Availability {
  readonly #address: string;
  readonly #log: Logger;
  #isUp = false;
  #reason = 'not connected yet';
  #written: { isUp: boolean; reason: string; at: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param address for people, without a password */
  constructor(address: string, log: Logger) {
    this.#address = address;
    this.#log = log;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  up(): void {
    this.#isUp = true;
    this.#writeSoon();
  }

  /** @param reason for people; never with an argument of a command, which may be a password */
  down(reason: string): void {
    this.#isUp = false;
    this.#reason = reason;
    this.#writeSoon();
  }

  /** Writes down what is so now, if that is news. */
  write(): void {
    this.close();
    if (!this.#isNews()) return;
    const isFirst = this.#written === undefined;
    this.#written = { isUp: this.#isUp, reason: this.#reason, at: performance.now() };
    if (!this.#isUp) {
      const what =
        'sockets are counted and limits kept by each process for itself, until it can be used again';
      this.#log.warn(`Redis at ${this.#address} cannot be used (${this.#reason}): ${what}`);
    } else if (!isFirst) this.#log.info(`Redis at ${this.#address} can be used again`);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #isNews(): boolean {
    const written = this.#written;
    if (written === undefined || written.isUp !== this.#isUp) return true;
    if (this.#isUp || written.reason === this.#reason) return false;
    return performance.now() - written.at >= REPEAT;
  }

  #writeSoon(): void {
    const quiet = this.#written === undefined ? 0 : this.#written.at + QUIET - performance.now();
    this.#timer ??= setTimeout(() => this.write(), Math.max(SETTLING, quiet)).unref();
  }
}
