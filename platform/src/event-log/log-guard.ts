/** Checks before an appender writes: whether the log is still the same one, and which time to record. */
import type { Client } from 'pg';
import type { Logger } from '../logging/index.js';
import type { AppendMetrics } from './append-metrics.js';
import { LogClock } from './log-clock.js';
import { type RememberedPlace, recogniseLog } from './recognise-log.js';

export interface LogGuardOptions {
  log: Logger;
  metrics: AppendMetrics;
  /** Milliseconds since 1970. */
  now: (() => number) | undefined;
  /** Takes times as `now` gives them, for tests of the past. */
  anyTime: boolean;
}

/** Seconds; a clock that is farther from the database's, or behind the log's last time, is reported as wrong. */
const CLOCK_ALARM_SECONDS = 5;

export class LogGuard {
  readonly #clock: LogClock;
  readonly #options: LogGuardOptions;
  #remembered: RememberedPlace | undefined;
  #isServerKnown = true;

  constructor(options: LogGuardOptions) {
    this.#options = options;
    this.#clock = new LogClock(options.now);
  }

  /** @param place the end of a batch that was certainly committed: a log without that record is another log */
  remember(place: RememberedPlace): void {
    this.#remembered = place;
  }

  /** Called on every new connection before anything is written over it, and now and then. Rejects where the connection must not be used. */
  async checkLog(client: Client): Promise<void> {
    const { log, metrics } = this.#options;
    const sentAt = performance.now();
    const { epoch, isRenewed, isServerKnown, ...reading } = await recogniseLog(client, this.#remembered);
    this.#clock.read(reading, sentAt);
    metrics.clockOffset.set(this.#clock.offset / 1000);
    if (isRenewed) log.warn({ epoch }, 'the log is not the one that it was: it has a new epoch now');
    if (!isServerKnown && this.#isServerKnown) {
      log.warn('the database does not say which server it is: a fail-over is known by missing events alone');
    }
    this.#isServerKnown = isServerKnown;
  }

  /** Why no event can be given a time; undefined when one can. */
  get refusal(): string | undefined {
    return this.#options.anyTime ? undefined : this.#clock.refusal;
  }

  /**
   * The time of new records, in wire form.
   *
   * @param last recorded time of the log's last event, where it is known
   * @param databaseTime the database's clock, where it was just read
   */
  timeToRecord(last: string | undefined, databaseTime: number | undefined): string {
    const { anyTime, metrics } = this.#options;
    const wall = this.#clock.wall();
    const behind = last === undefined ? 0 : (Date.parse(last) - wall) / 1000;
    metrics.clockBehind.set(Math.max(0, behind));
    if (Math.max(behind, Math.abs(this.#clock.offset) / 1000) > CLOCK_ALARM_SECONDS)
      metrics.clockAlarms.inc();
    return new Date(anyTime ? wall : this.#clock.now(databaseTime)).toISOString();
  }
}
