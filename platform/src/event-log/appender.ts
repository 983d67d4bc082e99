/** Group commit: requests that arrive while a batch is being written form the next batch. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Logger } from '../logging/index.js';
import type { DatabaseRole } from '../postgres/index.js';
import { AppendError } from './append-errors.js';
import { commitBatch } from './commit-batch.js';
import type { Head } from './head.js';
import { LogConnection } from './log-connection.js';
import type { Appended, NewEvent } from './new-event.js';
import { type PreparedEvent, prepare } from './plan-append.js';

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

/** Bounds of one statement: past 2,000 events the gain is nil, and the others wait longer. */
const MAX_BATCH_EVENTS = 2_000;
const MAX_BATCH_BYTES = 8 * 1024 * 1024;
/** Milliseconds that a request may wait in the queue before it is refused. */
const MAX_QUEUED_TIME = 5_000;
/** Milliseconds between two tries to reach a database that is away; meanwhile requests are refused at once. */
const RECONNECT_DELAY = 200;
/** A clock this far behind the log's last time is somebody's mistake. Seconds. */
const CLOCK_ALARM_SECONDS = 5;

/** The events of one caller: written by one statement, answered together. */
interface Unit {
  events: PreparedEvent[];
  bytes: number;
  queuedAt: number;
  resolve(results: Appended[]): void;
  reject(error: AppendError): void;
}

export class Appender {
  readonly #options: Required<Omit<AppenderOptions, 'role'>> & AppenderOptions;
  readonly #connection: LogConnection;
  readonly #metrics: ReturnType<typeof createMetrics>;
  #queue: Unit[] = [];
  #queuedEvents = 0;
  #queuedBytes = 0;
  #head: Head | undefined;
  #running: Promise<void> | undefined;
  #unavailable: string | undefined;
  #closing = false;

  constructor(options: AppenderOptions) {
    this.#options = {
      now: Date.now,
      maxQueuedEvents: 20_000,
      maxQueuedBytes: 64 * 1024 * 1024,
      outcomeTimeout: 30_000,
      ...options,
    };
    this.#connection = new LogConnection(options.connectionString, options.role);
    this.#metrics = createMetrics(options.metrics, () => this.#queuedEvents);
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
      this.#queuedEvents += events.length;
      this.#queuedBytes += bytes;
      this.#running ??= this.#run();
    });
  }

  /** Undefined while the log can be written to; else why not. */
  get unavailable(): string | undefined {
    return this.#unavailable;
  }

  /** Refuses new events, writes those that wait, and lets the connection go. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#running;
    await this.#connection.close();
  }

  #refusal(events: number, bytes: number): AppendError | undefined {
    if (this.#closing) return new AppendError('shutting_down', 'the server is shutting down');
    if (this.#unavailable !== undefined) return new AppendError('database_unavailable', this.#unavailable);
    const { maxQueuedEvents, maxQueuedBytes } = this.#options;
    const isFull =
      this.#queue.length > 0 &&
      (this.#queuedEvents + events > maxQueuedEvents || this.#queuedBytes + bytes > maxQueuedBytes);
    if (!isFull) return undefined;
    return new AppendError('queue_full', `${this.#queuedEvents} events are waiting to be written`);
  }

  async #run(): Promise<void> {
    // What else arrives in this turn of the event loop shares the first batch.
    await new Promise(setImmediate);
    for (;;) {
      const batch = this.#takeBatch();
      if (batch.length === 0) break;
      await this.#write(batch);
    }
    this.#running = undefined;
  }

  #takeBatch(): Unit[] {
    const batch: Unit[] = [];
    let events = 0;
    let bytes = 0;
    const tooOld = performance.now() - MAX_QUEUED_TIME;
    let taken = 0;
    for (const unit of this.#queue) {
      const fits = events + unit.events.length <= MAX_BATCH_EVENTS && bytes + unit.bytes <= MAX_BATCH_BYTES;
      if (batch.length > 0 && !fits) break;
      taken += 1;
      this.#queuedEvents -= unit.events.length;
      this.#queuedBytes -= unit.bytes;
      if (unit.queuedAt < tooOld) {
        unit.reject(new AppendError('queue_full', 'the event log did not keep up'));
        continue;
      }
      batch.push(unit);
      events += unit.events.length;
      bytes += unit.bytes;
    }
    this.#queue = taken === this.#queue.length ? [] : this.#queue.slice(taken);
    return batch;
  }

  async #write(batch: readonly Unit[]): Promise<void> {
    const events = batch.length === 1 ? (batch[0] as Unit).events : batch.flatMap((unit) => unit.events);
    const startedAt = performance.now();
    try {
      const { head, results, raced } = await commitBatch(
        {
          connection: this.#connection,
          now: () => this.#now(),
          outcomeTimeout: this.#options.outcomeTimeout,
        },
        this.#head,
        events,
      );
      this.#head = head;
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
    this.#options.log.error({ code: error.code, reason: error.message }, 'append failed');
    for (const unit of batch) unit.reject(error);
    if (error.code === 'database_unavailable' || error.code === 'outcome_unknown')
      this.#becomeUnavailable(error);
  }

  /** Refuses everything that waits and comes, until the database answers again. */
  #becomeUnavailable(error: AppendError): void {
    if (this.#unavailable !== undefined) return;
    this.#unavailable = error.message;
    for (const unit of this.#queue) unit.reject(new AppendError('database_unavailable', error.message));
    this.#queue = [];
    this.#queuedEvents = 0;
    this.#queuedBytes = 0;
    void this.#waitUntilAvailable();
  }

  async #waitUntilAvailable(): Promise<void> {
    while (!this.#closing) {
      await sleep(RECONNECT_DELAY, undefined, { ref: false });
      try {
        const client = await this.#connection.get();
        await client.query('SELECT 1');
        break;
      } catch {
        this.#connection.discard();
      }
    }
    this.#unavailable = undefined;
    this.#options.log.info('the event log can be written to again');
  }

  #now(): string {
    const now = this.#options.now();
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

function createMetrics(registry: Registry, queued: () => number) {
  const registers = [registry];
  new Gauge({
    name: 'att_append_queue_events',
    help: 'Events that wait to be written',
    registers,
    collect() {
      this.set(queued());
    },
  });
  return {
    position: new Gauge({
      name: 'att_log_position',
      help: 'Head of the log as this process last moved it',
      registers,
    }),
    batchSize: new Histogram({
      name: 'att_append_batch_events',
      help: 'Events committed by one statement',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
      registers,
    }),
    seconds: new Histogram({
      name: 'att_append_seconds',
      help: 'Time from the start of a batch to its commit',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
    races: new Counter({
      name: 'att_append_races_total',
      help: 'Batches that another writer beat to the head',
      registers,
    }),
    failures: new Counter({
      name: 'att_append_failures_total',
      help: 'Batches that could not be written',
      labelNames: ['code'],
      registers,
    }),
    clockBehind: new Gauge({
      name: 'att_clock_behind_seconds',
      help: "How far this process's clock is behind the log's last time",
      registers,
    }),
    clockAlarms: new Counter({
      name: 'att_clock_alarms_total',
      help: "Batches written while this process's clock was more than 5 s behind the log's last time",
      registers,
    }),
  };
}
