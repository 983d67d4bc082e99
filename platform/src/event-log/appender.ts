/** Group commit: requests that arrive while a batch is being written form the next batch. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { Logger } from '../logging/index.js';
import type { DatabaseRole } from '../postgres/index.js';
import { AppendError } from './append-errors.js';
import { type AppendMetrics, createAppendMetrics } from './append-metrics.js';
import { AppendQueue, type Unit } from './append-queue.js';
import { commitBatch } from './commit-batch.js';
import type { Head } from './head.js';
import { LogConnection } from './log-connection.js';
import type { Appended, NewEvent } from './new-event.js';
import { prepare } from './plan-append.js';

export interface AppenderOptions {
  connectionString: string;
  role: DatabaseRole | undefined;
  log: Logger;
  metrics: Registry;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Events and bytes that may wait; more is refused with `queue_full`. */
  maxQueuedEvents?: number;
  maxQueuedBytes?: number;
  /** Milliseconds to ask for the outcome of an append whose connection was lost. */
  outcomeTimeout?: number;
}

/** Milliseconds that a caller may wait behind a write that does not end, and how often that is looked at. */
const MAX_QUEUED_TIME = 5_000;
const SWEEP_INTERVAL = 500;
/**
 * Milliseconds between two tries to reach a database that is away; meanwhile callers are refused at once. Twice as long
 * after each write in a row that failed, as a server with a full disk answers everything but writes.
 */
const RECONNECT_DELAY = 200;
const LONGEST_RECONNECT_DELAY = 5_000;
/** Milliseconds that closing waits for what is being written. */
const CLOSE_PATIENCE = 5_000;
/** A clock this far behind the log's last time is somebody's mistake. Seconds. */
const CLOCK_ALARM_SECONDS = 5;

export class Appender {
  readonly #log: Logger;
  readonly #clock: () => number;
  readonly #outcomeTimeout: number;
  readonly #queue: AppendQueue;
  readonly #connection: LogConnection;
  readonly #metrics: AppendMetrics;
  readonly #sweep: NodeJS.Timeout;
  #head: Head | undefined;
  #running: Promise<void> | undefined;
  #recovering: Promise<void> | undefined;
  #unavailable: string | undefined;
  #failures = 0;
  #closing = false;
  readonly #giveUp = new AbortController();

  constructor(options: AppenderOptions) {
    const { connectionString, role, log, metrics, now = Date.now, outcomeTimeout = 30_000 } = options;
    const { maxQueuedEvents = 20_000, maxQueuedBytes = 64 * 1024 * 1024 } = options;
    this.#log = log;
    this.#clock = now;
    this.#outcomeTimeout = outcomeTimeout;
    this.#queue = new AppendQueue({ maxEvents: maxQueuedEvents, maxBytes: maxQueuedBytes });
    this.#connection = new LogConnection(connectionString, role);
    this.#metrics = createAppendMetrics(metrics, () => this.#queue.events);
    this.#sweep = setInterval(() => this.#refuseOld(), SWEEP_INTERVAL).unref();
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
      this.#running ??= this.#run();
    });
  }

  /** Undefined while the log can be written to; else why not. */
  get unavailable(): string | undefined {
    return this.#unavailable;
  }

  /**
   * Refuses new events, writes those that wait, and lets the connection go. Takes 5 s at most: what
   * the database has not answered by then is answered with `outcome_unknown`.
   */
  async close(): Promise<void> {
    this.#closing = true;
    const patience = setTimeout(() => {
      this.#giveUp.abort();
      this.#refuseAll('the server is shutting down');
      this.#connection.discard();
    }, CLOSE_PATIENCE);
    await this.#running;
    clearTimeout(patience);
    clearInterval(this.#sweep);
    this.#connection.close();
  }

  #refusal(events: number, bytes: number): AppendError | undefined {
    if (this.#closing) return new AppendError('shutting_down', 'the server is shutting down');
    if (this.#unavailable !== undefined) return new AppendError('database_unavailable', this.#unavailable);
    if (this.#queue.hasRoomFor(events, bytes)) return undefined;
    return new AppendError('queue_full', `${this.#queue.events} events are waiting to be written`);
  }

  async #run(): Promise<void> {
    // What else arrives in this turn of the event loop shares the first batch.
    await new Promise(setImmediate);
    for (;;) {
      const batch = this.#queue.takeBatch();
      if (batch.length === 0) break;
      await this.#write(batch);
    }
    this.#running = undefined;
  }

  async #write(batch: readonly Unit[]): Promise<void> {
    const events = batch.length === 1 ? (batch[0] as Unit).events : batch.flatMap((unit) => unit.events);
    const startedAt = performance.now();
    try {
      const { head, results, raced } = await commitBatch(
        {
          connection: this.#connection,
          now: () => this.#now(),
          outcomeTimeout: this.#outcomeTimeout,
          giveUp: this.#giveUp.signal,
          onLost: (reason) => this.#refuseAll(reason),
        },
        this.#head,
        events,
      );
      this.#head = head;
      this.#unavailable = undefined;
      this.#failures = 0;
      if (raced) this.#metrics.races.inc();
      this.#metrics.batchSize.observe(events.length);
      this.#metrics.seconds.observe((performance.now() - startedAt) / 1000);
      this.#metrics.position.set(head.position);
      // Answering a hundred callers takes a millisecond, in which the next batch can be on its way.
      setImmediate(answer, batch, results);
    } catch (error) {
      this.#head = undefined;
      await this.#failed(batch, error as AppendError);
    }
  }

  async #failed(batch: readonly Unit[], error: AppendError): Promise<void> {
    this.#metrics.failures.inc({ code: error.code });
    if (error.code === 'rejected' && batch.length > 1) {
      // Some unit of the batch is at fault, and the others must not pay for it.
      const half = batch.length >> 1;
      await this.#write(batch.slice(0, half));
      await this.#write(batch.slice(half));
      return;
    }
    for (const unit of batch) unit.reject(error);
    // Once an outage: the answers and the metric tell how often.
    const level = this.#failures === 0 || error.code === 'rejected' ? 'error' : 'debug';
    this.#log[level]({ code: error.code, reason: error.message }, 'append failed');
    if (error.code === 'rejected') return;
    this.#failures += 1;
    this.#refuseAll(error.message);
    this.#recovering ??= this.#waitUntilAvailable();
  }

  /** From now on whoever waits or comes is refused, until a write succeeds or the database answers again. */
  #refuseAll(reason: string): void {
    this.#unavailable = reason;
    this.#queue.refuseOlderThan(Number.POSITIVE_INFINITY, 'database_unavailable', reason);
  }

  #refuseOld(): void {
    const moment = performance.now() - MAX_QUEUED_TIME;
    this.#queue.refuseOlderThan(moment, 'queue_full', 'the event log did not keep up');
  }

  async #waitUntilAvailable(): Promise<void> {
    const delay = Math.min(RECONNECT_DELAY * 2 ** (this.#failures - 1), LONGEST_RECONNECT_DELAY);
    while (!this.#closing) {
      await sleep(delay, undefined, { ref: false });
      try {
        const client = await this.#connection.get();
        await client.query('SELECT 1');
        this.#unavailable = undefined;
        break;
      } catch {
        this.#connection.discard();
      }
    }
    this.#recovering = undefined;
  }

  #now(): string {
    const now = this.#clock();
    const behind = this.#head === undefined ? 0 : (Date.parse(this.#head.recordedAt) - now) / 1000;
    this.#metrics.clockBehind.set(Math.max(0, behind));
    if (behind > CLOCK_ALARM_SECONDS) this.#metrics.clockAlarms.inc();
    return new Date(now).toISOString();
  }
}

function answer(batch: readonly Unit[], results: readonly Appended[]): void {
  let next = 0;
  for (const unit of batch) {
    unit.resolve(results.slice(next, next + unit.events.length));
    next += unit.events.length;
  }
}
