import { AppendError } from './append-errors.js';
import type { Appended } from './new-event.js';
import type { PreparedEvent } from './plan-append.js';

/** Events of one caller, which are written by one statement and answered together. */
export interface Unit {
  events: PreparedEvent[];
  /** Bytes of the payloads. */
  bytes: number;
  /** Time on the clock of `performance.now()`. */
  queuedAt: number;
  resolve(results: Appended[]): void;
  reject(error: AppendError): void;
}

export interface QueueLimits {
  maxEvents: number;
  maxBytes: number;
}

/** Bounds of one statement: larger ones gain little (15 µs an event at 256, 12 µs at 1,000), and the others wait longer. */
const MAX_BATCH_EVENTS = 2_000;
const MAX_BATCH_BYTES = 8 * 1024 * 1024;

/** Units that wait to be written, bounded in events and bytes. */
export class AppendQueue {
  #units: Unit[] = [];
  #events = 0;
  #bytes = 0;

  constructor(private readonly limits: QueueLimits) {}

  get events(): number {
    return this.#events;
  }

  /** True where a unit fits. One that is larger than the limits fits into an empty queue, or it never would. */
  hasRoomFor(events: number, bytes: number): boolean {
    const { maxEvents, maxBytes } = this.limits;
    return (
      this.#units.length === 0 || (this.#events + events <= maxEvents && this.#bytes + bytes <= maxBytes)
    );
  }

  push(unit: Unit): void {
    this.#units.push(unit);
    this.#events += unit.events.length;
    this.#bytes += unit.bytes;
  }

  /** Takes the next statement's units, in the order they came; none when nothing waits. */
  takeBatch(): Unit[] {
    let count = 0;
    let events = 0;
    let bytes = 0;
    for (const unit of this.#units) {
      events += unit.events.length;
      bytes += unit.bytes;
      if (count > 0 && (events > MAX_BATCH_EVENTS || bytes > MAX_BATCH_BYTES)) break;
      count += 1;
    }
    return this.#take(count);
  }

  refuseAll(code: AppendError['code'], message: string): void {
    this.refuseOlderThan(Number.POSITIVE_INFINITY, code, message);
  }

  /** @param oldest on the clock of `performance.now()`: units that were queued before it are refused */
  refuseOlderThan(oldest: number, code: AppendError['code'], message: string): void {
    const firstYoung = this.#units.findIndex((unit) => unit.queuedAt >= oldest);
    const old = this.#take(firstYoung < 0 ? this.#units.length : firstYoung);
    for (const unit of old) unit.reject(new AppendError(code, message));
  }

  #take(count: number): Unit[] {
    const taken = this.#units.slice(0, count);
    this.#units = this.#units.slice(count);
    for (const unit of taken) {
      this.#events -= unit.events.length;
      this.#bytes -= unit.bytes;
    }
    return taken;
  }
}
