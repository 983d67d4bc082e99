/**
 * Group commit: requests that arrive while a batch is being written form the next batch, which follows before the answer:
 * 1.13 times the single webhooks of one batch after the other.
 */
import type { Registry } from 'prom-client';
import type { Logger } from '../logging/index.js';
import type { DatabaseRole } from '../postgres/index.js';
import { announce } from './announce.js';
import { Announcements } from './announcements.js';
import { AppendError } from './append-errors.js';
import { type AppendMetrics, createAppendMetrics } from './append-metrics.js';
import { AppendQueue, type Unit } from './append-queue.js';
import { Availability } from './availability.js';
import { type CommitOptions, commitAlone, sendBatch } from './commit-batch.js';
import type { Head } from './head.js';
import { type InFlightBatch, InFlightBatches } from './in-flight-batches.js';
import { LogConnection } from './log-connection.js';
import { LogGuard } from './log-guard.js';
import type { Appended, NewEvent } from './new-event.js';
import { type AppendPlan, type PreparedEvent, prepare } from './plan-append.js';

export interface AppenderOptions {
  connectionString: string;
  role: DatabaseRole | undefined;
  log: Logger;
  metrics: Registry;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** For tests of the past: times are taken as `now` gives them. Their database must take them, too. */
  anyTime?: boolean;
  /** Events and bytes that may wait; more is refused with `queue_full`. */
  maxQueuedEvents?: number;
  maxQueuedBytes?: number;
  /** Milliseconds to ask for the outcome of an append whose connection was lost. */
  outcomeTimeout?: number;
}

/** Milliseconds that a caller may wait behind a write that does not end, and how often that is looked at. */
const MAX_QUEUED_TIME = 5_000;
const SWEEP_INTERVAL = 500;
/** Milliseconds that closing waits for what is being written. */
const CLOSE_PATIENCE = 5_000;
/** Milliseconds between two comparisons with the database's clock. */
const CLOCK_INTERVAL = 10_000;

export class Appender {
  readonly #log: Logger;
  readonly #guard: LogGuard;
  readonly #outcomeTimeout: number;
  readonly #queue: AppendQueue;
  readonly #connection: LogConnection;
  readonly #metrics: AppendMetrics;
  readonly #sweep: NodeJS.Timeout;
  readonly #clockWatch: NodeJS.Timeout;
  readonly #commit: CommitOptions;
  readonly #inFlight = new InFlightBatches();
  readonly #announcements: Announcements;
  readonly #availability: Availability;
  /** Where the log ends once what was sent is written; undefined when that is not known. */
  #head: Head | undefined;
  #scheduled = false;
  /** Resolves when every batch that was begun has ended; never rejects. */
  #ended: Promise<void> = Promise.resolve();
  #closing = false;
  readonly #giveUp = new AbortController();

  constructor(options: AppenderOptions) {
    const { connectionString, role, log, metrics, now, anyTime = false, outcomeTimeout = 30_000 } = options;
    const { maxQueuedEvents = 20_000, maxQueuedBytes = 64 * 1024 * 1024 } = options;
    this.#log = log;
    this.#outcomeTimeout = outcomeTimeout;
    this.#queue = new AppendQueue({ maxEvents: maxQueuedEvents, maxBytes: maxQueuedBytes });
    this.#connection = new LogConnection(connectionString, role, (client) => this.#guard.greet(client));
    this.#metrics = createAppendMetrics(metrics, () => this.#queue.events);
    this.#guard = new LogGuard({ log, metrics: this.#metrics, now, anyTime });
    this.#announcements = new Announcements((position) => this.#announce(position));
    this.#commit = {
      connection: this.#connection,
      now: (databaseTime) => this.#guard.timeToRecord(this.#head?.recordedAt, databaseTime),
      remember: (place) => this.#guard.remember(place),
      isAnnounced: ({ records, after }) => this.#announcements.isDue(records.length, after.position),
      giveUp: this.#giveUp.signal,
      onLost: (reason) => {
        this.#availability.lost(reason);
        this.#refuseWaiting(reason);
      },
    };
    // A batch that asks for its outcome has the connection to itself, and sees for itself.
    this.#availability = new Availability(
      async () => this.#inFlight.size === 0 && (await this.#connection.answers()) && !this.#isClockRefused(),
    );
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
      this.#schedule();
    });
  }

  /** Undefined while the log can be written to; else why not. */
  get unavailable(): string | undefined {
    return this.#availability.reason;
  }

  /** Why no event can be given a time, in words that anybody may read. */
  get clockRefusal(): string | undefined {
    const refusal = this.#availability.refusal;
    return refusal?.code === 'clock_refused' ? refusal.message : undefined;
  }

  /** Holds this process's clock against the database's. Never rejects: a database that is away is found by writing. */
  async readClock(): Promise<void> {
    // Into the middle of a transaction nothing may be sent.
    if (this.#closing || this.#availability.reason !== undefined || this.#inFlight.isRecovering) return;
    if (await this.#connection.answers()) this.#isClockRefused();
  }

  /**
   * Refuses new events, writes those that wait, and lets the connection go. Takes 5 s at most: what
   * the database has not answered by then is answered with `outcome_unknown`.
   */
  async close(): Promise<void> {
    this.#closing = true;
    this.#availability.close();
    const patience = setTimeout(() => {
      this.#giveUp.abort();
      this.#refuseWaiting('the server is shutting down');
      this.#connection.close();
    }, CLOSE_PATIENCE);
    while (this.#queue.events + this.#inFlight.size > 0)
      await Promise.all([this.#ended, new Promise(setImmediate)]);
    await this.#announcements.flush();
    clearTimeout(patience);
    clearInterval(this.#sweep);
    clearInterval(this.#clockWatch);
    this.#connection.close();
  }

  #refusal(events: number, bytes: number): AppendError | undefined {
    if (this.#closing) return new AppendError('shutting_down', 'the server is shutting down');
    const refusal = this.#availability.refusal;
    if (refusal !== undefined) return refusal;
    if (this.#queue.hasRoomFor(events, bytes)) return undefined;
    return new AppendError('queue_full', `${this.#queue.events} events are waiting to be written`);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // What else arrives in this turn of the event loop shares the batch.
    setImmediate(() => {
      this.#scheduled = false;
      this.#startNext();
    });
  }

  #startNext(): void {
    if (!this.#inFlight.mayStart(this.#queue.events)) return;
    const batch = this.#queue.takeBatch();
    const events = batch.flatMap((unit) => unit.events);
    const inFlight = this.#inFlight.start(events.length);
    const before = this.#ended;
    const written = this.#write(batch, events, inFlight, before).then(() => {
      this.#inFlight.end(inFlight);
      this.#startNext();
    });
    // The second of two ends first when it has nothing but duplicates.
    this.#ended = before.then(() => written);
  }

  /** Never rejects. */
  async #write(
    batch: readonly Unit[],
    events: readonly PreparedEvent[],
    inFlight: InFlightBatch,
    before: Promise<void>,
  ): Promise<void> {
    const startedAt = performance.now();
    try {
      const outcome = await sendBatch(this.#commit, this.#head, events, (plan) =>
        this.#maySend(inFlight, plan),
      );
      if (outcome.kind === 'committed') return this.#acknowledge(batch, outcome.plan, startedAt);
      if (outcome.kind === 'beaten' && inFlight.state === 'sent') this.#metrics.races.inc();
      const doubtful = outcome.kind === 'unknown' ? outcome.plan : undefined;
      // In the same turn as the outcome, so that nothing is sent into the middle of the transaction that follows.
      this.#inFlight.recover();
      this.#head = undefined;
      const deadline = performance.now() + this.#outcomeTimeout;
      await before;
      await this.#writeAlone(batch, doubtful, deadline);
    } catch (error) {
      this.#refuse(batch, error as AppendError);
    }
  }

  #maySend(inFlight: InFlightBatch, plan: AppendPlan): boolean {
    if (inFlight.state === 'recovering') return false;
    inFlight.state = 'sent';
    this.#head = plan.after;
    // What came while it was planned may follow it.
    if (this.#queue.events > 0) this.#schedule();
    return true;
  }

  /** Never rejects. */
  async #writeAlone(
    batch: readonly Unit[],
    doubtful: AppendPlan | undefined,
    deadline: number,
  ): Promise<void> {
    const startedAt = performance.now();
    const events = batch.flatMap((unit) => unit.events);
    try {
      const plan = await commitAlone(this.#commit, events, doubtful, deadline);
      this.#head = plan.after;
      this.#acknowledge(batch, plan, startedAt);
    } catch (error) {
      if (batch.length === 1 || (error as AppendError).code !== 'rejected') {
        return this.#refuse(batch, error as AppendError);
      }
      // Some unit of the batch is at fault, and the others must not pay for it.
      const half = batch.length >> 1;
      await this.#writeAlone(batch.slice(0, half), undefined, deadline);
      await this.#writeAlone(batch.slice(half), undefined, deadline);
    }
  }

  #acknowledge(batch: readonly Unit[], { after, records, results }: AppendPlan, startedAt: number): void {
    this.#availability.wrote();
    this.#metrics.batchSize.observe(results.length);
    this.#metrics.seconds.observe((performance.now() - startedAt) / 1000);
    // Of nothing but duplicates, the end is that of the batch before, which need not have come true.
    if (records.length > 0) this.#metrics.position.set(after.position);
    // Answering a hundred callers takes a millisecond, in which the next batch can be on its way.
    setImmediate(answer, batch, results);
  }

  /** Never rejects: readers that were not notified poll. */
  #announce(position: number): Promise<void> {
    return this.#connection
      .get()
      .then((client) => announce(client, position))
      .catch(() => {});
  }

  #refuse(batch: readonly Unit[], error: AppendError): void {
    this.#metrics.failures.inc({ code: error.code });
    for (const unit of batch) unit.reject(error);
    const isRejected = error.code === 'rejected';
    // Once an outage: the answers and the metric tell how often.
    const level = isRejected || !this.#availability.isFailing ? 'error' : 'debug';
    this.#log[level]({ code: error.code, reason: error.message }, 'append failed');
    if (isRejected) {
      this.#availability.answered();
      return;
    }
    this.#head = undefined;
    this.#availability.failed(error.code, error.message);
    this.#refuseWaiting(error.message, error.code);
  }

  #refuseWaiting(reason: string, code: AppendError['code'] = 'database_unavailable'): void {
    this.#queue.refuseOlderThan(Number.POSITIVE_INFINITY, code, reason);
  }

  /** Takes the log for unavailable until the clocks agree, or an operator has accepted that they don't. */
  #isClockRefused(): boolean {
    const refusal = this.#guard.refusal;
    if (refusal === undefined) return false;
    if (!this.#availability.isFailing) this.#log.error({ reason: refusal }, 'no event can be given a time');
    this.#availability.failed('clock_refused', refusal);
    return true;
  }

  #refuseOld(): void {
    const moment = performance.now() - MAX_QUEUED_TIME;
    this.#queue.refuseOlderThan(moment, 'queue_full', 'the event log did not keep up');
  }
}

function answer(batch: readonly Unit[], results: readonly Appended[]): void {
  let next = 0;
  for (const unit of batch) {
    unit.resolve(results.slice(next, next + unit.events.length));
    next += unit.events.length;
  }
}
