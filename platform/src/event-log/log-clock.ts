/** The time of new records: this process's clock, held against the database's. */

/** Milliseconds that a recorded time may be ahead of the database's clock; the trigger `head_time` has the same. */
const MAX_LEAD = 60_000;
/** Milliseconds that a clock may be behind; half of what the trigger lets pass, as a batch is on its way for a while. */
const MAX_LAG = 5_000;

export interface ClockReading {
  /** The database's clock, the log's last time, and up to when a time ahead is accepted: milliseconds since 1970. */
  databaseTime: number;
  recordedAt: number;
  acceptedUntil: number;
}

/**
 * The database's clock, as this process knows it. Between two readings the monotonic clock carries it on, so that a leap
 * of this process's clock shows at once. A process that was suspended takes itself for ahead until the next reading.
 */
export class LogClock {
  /** Clock of this process: milliseconds since 1970. */
  readonly wall: () => number;
  readonly #monotonic: () => number;
  #reading: (ClockReading & { at: number }) | undefined;

  constructor(wall: () => number = Date.now, monotonic: () => number = () => performance.now()) {
    this.wall = wall;
    this.#monotonic = monotonic;
  }

  /** @param sentAt when the database was asked, on the clock of `performance.now()`; half the round trip lies before the reading */
  read(reading: ClockReading, sentAt: number): void {
    this.#reading = { ...reading, at: (sentAt + this.#monotonic()) / 2 };
  }

  /** @param databaseTime as it was just read, where it was */
  now(databaseTime = this.#databaseTime()): number {
    return timeToRecord(this.wall(), databaseTime);
  }

  /** Milliseconds that this process's clock is ahead of the database's, or behind it when negative. */
  get offset(): number {
    return this.wall() - (this.#databaseTime() ?? this.wall());
  }

  /** Undefined while records can be given a time; else what is wrong, and what to do. */
  get refusal(): string | undefined {
    const database = this.#databaseTime();
    if (this.#reading === undefined || database === undefined) return undefined;
    const { recordedAt, acceptedUntil } = this.#reading;
    const isAhead = (time: number) => time > database + MAX_LEAD && time > acceptedUntil;
    if (isAhead(recordedAt)) {
      return `the log's last event has the time ${wire(recordedAt)}, ${seconds(recordedAt - database)} s ahead of the database's clock, and later ones would get it too: set the database's clock, or accept that time with \`att log accept-clock\``;
    }
    const wall = this.wall();
    if (!isAhead(wall)) return undefined;
    return `this process's clock is ${seconds(wall - database)} s ahead of the database's: set the clock that is wrong, or accept times up to one with \`att log accept-clock --until TIME\``;
  }

  #databaseTime(): number | undefined {
    return this.#reading && this.#reading.databaseTime + this.#monotonic() - this.#reading.at;
  }
}

/** Milliseconds since 1970. A clock that is behind the database's by more than 5 s gives the database's, less those. */
export function timeToRecord(wall: number, databaseTime: number | undefined): number {
  return databaseTime === undefined ? wall : Math.max(wall, Math.floor(databaseTime - MAX_LAG));
}

const seconds = (milliseconds: number) => Math.round(milliseconds / 1000);
const wire = (time: number) => new Date(time).toISOString();
