import type { Logger } from '../../logging/index.js';

/** Milliseconds that a change must last before it is a line of the log: a blip is a matter for metrics. */
const SETTLING = 1_000;
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

  /** Writes down what is so now. */
  write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = performance.now();
    const written = this.#written;
    const [isUp, reason] = [this.#isUp, this.#reason];
    if (written?.isUp === isUp) {
      if (isUp || written.reason === reason || now - written.at < REPEAT) return;
    }
    this.#written = { isUp, reason, at: now };
    if (!isUp) {
      const what =
        'sockets are counted and limits kept by each process for itself, until it can be used again';
      this.#log.warn(`Redis at ${this.#address} cannot be used (${reason}): ${what}`);
    } else if (written !== undefined) this.#log.info(`Redis at ${this.#address} can be used again`);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => this.write(), SETTLING).unref();
  }
}
