/** Appends events to the log: refuses what cannot be written now, and queues the rest for the write pipeline. */
import type { Registry } from 'prom-client';
import type { Logger } from '../logging/index.js';
import type { DatabaseRole } from '../postgres/index.js';
import { announce } from './announce.js';
import { Announcements } from './announcements.js';
import { AppendError } from './append-errors.js';
import { createAppendMetrics } from './append-metrics.js';
import { AppendQueue } from './append-queue.js';
import { Availability } from './availability.js';
import { LogConnection } from './log-connection.js';
import { LogGuard } from './log-guard.js';
import type { Appended, NewEvent } from './new-event.js';
import { prepare } from './plan-append.js';
import { WritePipeline } from './write-pipeline.js';

export interface AppenderOptions {
  connectionString: string;
  role: DatabaseRole | undefined;
  log: Logger;
  metrics: Registry;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Takes times as `now` gives them, for tests of the past. The triggers of their database must allow that. */
  anyTime?: boolean;
  /** Limits of the queue; what goes beyond them is refused with `queue_full`. */
  maxQueuedEvents?: number;
  maxQueuedBytes?: number;
  /** Milliseconds to ask for the outcome of an append whose connection was lost. */
  outcomeTimeout?: number;
}

/** Milliseconds that a caller may wait behind a write that does not end, and between two looks at the queue. */
const MAX_QUEUED_TIME = 5_000;
const SWEEP_INTERVAL = 500;
/** Milliseconds that `close` waits for the batches in flight. */
const CLOSE_TIMEOUT = 5_000;
/** Milliseconds between two comparisons with the database's clock. */
const CLOCK_INTERVAL = 10_000;

export class Appender {
  readonly #log: Logger;
  readonly #guard: LogGuard;
  readonly #queue: AppendQueue;
  readonly #connection: LogConnection;
  readonly #sweep: NodeJS.Timeout;
  readonly #clockWatch: NodeJS.Timeout;
  readonly #announcements: Announcements;
  readonly #availability: Availability;
  readonly #pipeline: WritePipeline;
  readonly #giveUp = new AbortController();
  #isClosing = false;

  constructor(options: AppenderOptions) {
    const { connectionString, role, log, now, anyTime = false, outcomeTimeout = 30_000 } = options;
    const { maxQueuedEvents = 20_000, maxQueuedBytes = 64 * 1024 * 1024 } = options;
    this.#log = log;
    this.#queue = new AppendQueue({ maxEvents: maxQueuedEvents, maxBytes: maxQueuedBytes });
    const metrics = createAppendMetrics(options.metrics, () => this.#queue.events);
    this.#guard = new LogGuard({ log, metrics, now, anyTime });
    this.#connection = new LogConnection(connectionString, role, (client) => this.#guard.checkLog(client));
    this.#announcements = new Announcements((position) => this.#announce(position));
    // A batch that asks for its outcome has the connection to itself, and finds out by itself whether the database answers.
    this.#availability = new Availability(
      async () => this.#pipeline.size === 0 && (await this.#connection.answers()) && !this.#isClockRefused(),
    );
    this.#pipeline = new WritePipeline({
      log,
      metrics,
      queue: this.#queue,
      connection: this.#connection,
      guard: this.#guard,
      announcements: this.#announcements,
      availability: this.#availability,
      outcomeTimeout,
      giveUp: this.#giveUp.signal,
    });
    this.#sweep = setInterval(() => this.#refuseOld(), SWEEP_INTERVAL).unref();
    this.#clockWatch = setInterval(() => void this.readClock(), CLOCK_INTERVAL).unref();
  }

  /**
   * Resolves once the events are committed: all of them, or none. Events of one call stay together
   * and in order.
   *
   * @throws AppendError
   */
  append(events: readonly NewEvent[]): Promise<Appended[]> {
    const bytes = events.reduce((sum, event) => sum + event.payload.length, 0);
    const refusal = this.#refusal(events.length, bytes);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      this.#queue.push({ events: events.map(prepare), bytes, queuedAt: performance.now(), resolve, reject });
      this.#pipeline.schedule();
    });
  }

  /** Reason why the log cannot be written to; undefined while it can. */
  get unavailable(): string | undefined {
    return this.#availability.reason;
  }

  /** Reason why no event can be given a time, for everybody to read; undefined while one can. */
  get clockRefusal(): string | undefined {
    const refusal = this.#availability.refusal;
    return refusal?.code === 'clock_refused' ? refusal.message : undefined;
  }

  /** Compares this process's clock with the database's. Never rejects: a write finds out that the database is away. */
  async readClock(): Promise<void> {
    // A statement must not come into the middle of a transaction.
    if (this.#isClosing || this.#availability.reason !== undefined || this.#pipeline.isRecovering) return;
    if (await this.#connection.answers()) this.#isClockRefused();
  }

  /**
   * Refuses new events, writes the queued ones, and closes the connection. Takes 5 s at most: batches that
   * the database has not answered by then are answered with `outcome_unknown`.
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#availability.close();
    const timeout = setTimeout(() => {
      this.#giveUp.abort();
      this.#queue.refuseAll('database_unavailable', 'the server is shutting down');
      this.#connection.close();
    }, CLOSE_TIMEOUT);
    while (this.#queue.events + this.#pipeline.size > 0)
      await Promise.all([this.#pipeline.ended, new Promise(setImmediate)]);
    await this.#announcements.flush();
    clearTimeout(timeout);
    clearInterval(this.#sweep);
    clearInterval(this.#clockWatch);
    this.#connection.close();
  }

  #refusal(events: number, bytes: number): AppendError | undefined {
    if (this.#isClosing) return new AppendError('shutting_down', 'the server is shutting down');
    const refusal = this.#availability.refusal;
    if (refusal !== undefined) return refusal;
    if (this.#queue.hasRoomFor(events, bytes)) return undefined;
    return new AppendError('queue_full', `${this.#queue.events} events are waiting to be written`);
  }

  /** Never rejects: readers that were not notified poll. */
  #announce(position: number): Promise<void> {
    return this.#connection
      .get()
      .then((client) => announce(client, position))
      .catch(() => {});
  }

  /** Marks the log unavailable until the clocks agree, or an operator has accepted that they don't. */
  #isClockRefused(): boolean {
    const refusal = this.#guard.refusal;
    if (refusal === undefined) return false;
    if (!this.#availability.isFailing) this.#log.error({ reason: refusal }, 'no event can be given a time');
    this.#availability.failed('clock_refused', refusal);
    return true;
  }

  #refuseOld(): void {
    const oldest = performance.now() - MAX_QUEUED_TIME;
    this.#queue.refuseOlderThan(oldest, 'queue_full', 'the event log did not keep up');
  }
}
