import type { Logger } from '../../logging/index.js';
import type { FeedMetrics } from './feed-metrics.js';
import type { LogReason } from './source-choice.js';

/** Metrics and log lines about the source of one reader. */
export class SourceReport {
  #source: 'topic' | 'log' | undefined;
  #since = 0;

  constructor(
    private readonly reader: string,
    private readonly metrics: FeedMetrics,
    private readonly log: Logger,
  ) {}

  /** Milliseconds since the reader came into the topic; 0 elsewhere. */
  inTopicFor(now: number): number {
    return this.#source === 'topic' ? now - this.#since : 0;
  }

  /** @param reason why it is the log; undefined for the topic */
  reads(reason: LogReason | undefined, now: number): void {
    this.#move(reason === undefined ? 'topic' : 'log', reason, now);
  }

  ended(now: number): void {
    this.#move(undefined, undefined, now);
  }

  #move(source: 'topic' | 'log' | undefined, reason: LogReason | undefined, now: number): void {
    const { reader, metrics, log } = this;
    if (this.#source === 'log') metrics.logSeconds(reader, (now - this.#since) / 1_000);
    if (source !== this.#source) {
      metrics.moved(reader, this.#source, source);
      if (reason === 'lost' || reason === 'late' || reason === 'full') metrics.gap(reader);
      log.debug({ reader, source, reason }, 'event feed reads');
    }
    if (source !== this.#source || source === 'log') this.#since = now;
    this.#source = source;
  }
}
