import type { Kafka } from 'kafkajs';
import type { Pool } from 'pg';
import { PageSize } from '../../event-log/index.js';
import type { Logger } from '../../logging/index.js';
import { WakeSignal } from '../../postgres/index.js';
import { pause } from '../../time/index.js';
import { DEFAULT_MAX_BYTES, type EventBatch, type ReadOptions } from '../event-feed.js';
import { batchOf, isOfSameLog, logChanged, tryToReadPage } from '../log-pages.js';
import type { WakeUps } from '../wake-ups.js';
import { createDecoder } from './decode-messages.js';
import type { FeedMetrics } from './feed-metrics.js';
import { HeadWatch } from './head-watch.js';
import { keepConsuming } from './keep-consuming.js';
import { readLogState } from './read-log-state.js';
import { ReaderPlaces } from './reader-places.js';
import { ReaderState, type Step } from './reader-state.js';
import type { LogReason } from './source-choice.js';
import { SourceReport } from './source-report.js';
import { openTopicConsumer, type RawArrival, type TopicConsumer } from './topic-consumer.js';

export interface FeedReadingOptions {
  pool: Pool;
  wakeUps: WakeUps;
  kafka: Kafka;
  topic: string;
  /** Positions behind the head from which on the topic is read. */
  near: number;
  log: Logger;
  metrics: FeedMetrics;
}

/** Longest wait for a wake-up, in milliseconds. */
const POLL_INTERVAL = 1_000;
/** Milliseconds in the topic after which notifications of the database are no longer listened to. */
const LISTEN_ON = 10_000;

/** Reading of the feed from one place on: the I/O around a `ReaderState`. */
export class FeedReading {
  readonly #state: ReaderState;
  readonly #ending = new AbortController();
  /** Notified when there is something to do. */
  readonly #wake = new WakeSignal();
  readonly #headWatch: HeadWatch;
  readonly #size: PageSize;
  readonly #name: string;
  readonly #report: SourceReport;
  readonly #decode: ReturnType<typeof createDecoder>;
  readonly #places: ReaderPlaces;
  #failure: Error | undefined;
  #consumer: TopicConsumer | undefined;
  #isWakeScheduled = false;
  #hasJoined = false;

  constructor(
    private readonly options: FeedReadingOptions,
    private readonly wanted: ReadOptions,
  ) {
    const { name = 'reader', after, expected, batchSize, maxBytes = DEFAULT_MAX_BYTES } = wanted;
    this.#name = name;
    this.#report = new SourceReport(name, options.metrics, options.log);
    this.#decode = createDecoder(options.log);
    this.#state = new ReaderState({ after, batchSize, maxBytes, near: options.near });
    this.#size = new PageSize(batchSize, maxBytes);
    this.#places = new ReaderPlaces({ position: after, hash: expected?.hash, epoch: expected?.epoch });
    this.#headWatch = new HeadWatch({
      pool: options.pool,
      log: options.log,
      state: this.#state,
      places: this.#places,
      onAnswered: () => this.#wakeIfWorth(),
      onChanged: (error) => this.#fail(error),
    });
  }

  /** Reason why it reads the database; undefined while it reads the topic. */
  get reason(): LogReason | undefined {
    return this.#state.reason;
  }

  /** Starts what works beside the reader. Resolves when that has ended, some seconds after `end` at most. */
  async run(): Promise<void> {
    const { signal } = this.#ending;
    await Promise.all([this.#headWatch.run(signal), this.#consume(signal)]);
  }

  end(): void {
    this.#ending.abort();
    if (this.#hasJoined) this.options.wakeUps.leave();
    this.#hasJoined = false;
    this.#report.ended(performance.now());
  }

  /** Ends when `end` is called. */
  async *batches(): AsyncGenerator<EventBatch, void, void> {
    const { signal } = this.#ending;
    const { linger = 0 } = this.wanted;
    while (!signal.aborted) {
      // The wake-ups are listened to before anything is read, so that none in between is missed.
      const { woken, leave } = this.#listen(signal);
      try {
        if (this.#failure !== undefined) throw this.#failure;
        const step = this.#state.next(performance.now());
        this.#report.reads(this.#state.reason, performance.now());
        if (step.do === 'hand on') {
          yield this.#handOn(step);
          continue;
        }
        if (step.do === 'read page') {
          const { batch, isFull } = await this.#readPage(signal);
          if (batch !== undefined) yield batch;
          if (isFull || this.#state.isWorthWaking(performance.now())) continue;
        }
        await woken;
      } finally {
        leave();
      }
      if (linger > 0) await pause(linger, signal);
    }
  }

  #handOn({ events, position, hash, isFull }: Step & { do: 'hand on' }): EventBatch {
    this.#places.handedOn(position, hash);
    this.#changePauses();
    const { epoch } = this.#places.current;
    return { events, position, hash, epoch: epoch as string, isFull };
  }

  async #readPage(signal: AbortSignal): Promise<{ batch?: EventBatch; isFull: boolean }> {
    const { metrics } = this.options;
    const places = this.#places;
    places.pageBegins();
    const page = await tryToReadPage(this.options, places.current.position, this.#size, signal);
    places.pageEnds();
    if (page === undefined) return { isFull: true };
    const isFull = this.#size.take(page.events);
    if (!isOfSameLog(page, places.current)) throw await logChanged(this.options, page, places.current);
    places.pageRead(page);
    this.#state.pageRead(places.current.position, isFull, page, performance.now());
    this.#changePauses();
    if (page.events.length === 0) return { isFull };
    metrics.logEvents(this.#name, page.events.length);
    return { batch: batchOf(page, places.current, isFull), isFull };
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#wake.notify();
  }

  async #consume(signal: AbortSignal): Promise<void> {
    await keepConsuming({
      needed: async () => {
        while (this.#state.state === 'far' && !signal.aborted) {
          await this.#wake.listen(POLL_INTERVAL, signal).woken;
        }
      },
      open: (onLost) => this.#open(onLost),
      onLost: () => {
        this.#consumer = undefined;
        this.#state.lost(performance.now());
        this.#wake.notify();
      },
      log: this.options.log,
      signal,
    });
  }

  async #open(onLost: (reason: string) => void): Promise<TopicConsumer> {
    const { pool, kafka, topic } = this.options;
    const { position } = this.#places.current;
    const { recordedAt } = await readLogState(pool, position, position);
    return await openTopicConsumer({
      kafka,
      topic,
      name: this.#name,
      from: Math.max(0, Math.floor(recordedAt)),
      onOpen: (consumer) => {
        this.#consumer = consumer;
        this.#state.opened(consumer.starts, position, performance.now());
      },
      onMessages: (arrival) => this.#arrived(arrival),
      onLost,
    });
  }

  #arrived({ partition, messages, next, end }: RawArrival): void {
    const mustAsk = this.#state.arrived({ partition, messages: this.#decode(messages), next, end });
    this.#changePauses();
    if (mustAsk) {
      this.#headWatch.askNow();
      if (this.#state.state !== 'topic') this.#wake.notify();
    }
    if (this.#isWakeScheduled) return;
    // A fetch brings messages of several partitions in one turn of the event loop: they are handed on together.
    this.#isWakeScheduled = true;
    setImmediate(() => {
      this.#isWakeScheduled = false;
      this.#wakeIfWorth();
    });
  }

  #changePauses(): void {
    const { pause: paused, resume } = this.#state.changePauses();
    if (paused.length > 0) this.#consumer?.pause(paused);
    if (resume.length > 0) this.#consumer?.resume(resume);
  }

  #wakeIfWorth(): void {
    if (this.#state.isWorthWaking(performance.now())) this.#wake.notify();
  }

  #listen(signal: AbortSignal): { woken: Promise<void>; leave(): void } {
    const { wakeUps } = this.options;
    const own = this.#wake.listen(POLL_INTERVAL, signal);
    if (this.#state.state === 'topic') {
      if (this.#hasJoined && this.#report.inTopicFor(performance.now()) > LISTEN_ON) {
        wakeUps.leave();
        this.#hasJoined = false;
      }
      return own;
    }
    if (!this.#hasJoined) wakeUps.join();
    this.#hasJoined = true;
    const committed = wakeUps.wakeSignal.listen(POLL_INTERVAL, signal);
    return {
      woken: Promise.race([own.woken, committed.woken]),
      leave() {
        own.leave();
        committed.leave();
      },
    };
  }
}
