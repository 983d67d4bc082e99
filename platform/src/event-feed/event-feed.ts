/**
 * The event feed: the log as a stream of batches, after a checkpoint and then live. The port; every
 * adapter passes `describeEventFeed`.
 */
import type { LogEvent } from '../event-log/index.js';

/** Events that follow one another: a batch of the feed, or a part of one. */
export interface EventSlice {
  /** Events in position order, without gaps among them or to the batch before. Never empty. */
  events: readonly LogEvent[];
  /** Position of the last of them. */
  position: number;
  /** True when more events may follow at once; false when the batch certainly ends at the live end. */
  isFull: boolean;
}

export interface EventBatch extends EventSlice {
  /** Hash of the last of its events, lower-case hex. */
  hash: string;
  /** Epoch of the log that it was read from. It may change from batch to batch while the log holds. */
  epoch: string;
}

export interface ReadOptions {
  /** Name of the reader in metrics and in the brokers' groups: letters and dashes. `reader` by default. */
  name?: string;
  /** Batches start at the position after this one; 0 is the beginning. */
  after: number;
  /** Hash and epoch that the reader remembers at `after`: two logs may have different events at one position. */
  expected?: { hash: string; epoch?: string } | undefined;
  /** Events of a batch at most. */
  batchSize: number;
  /** Payload bytes of a batch; the event that reaches them is its last. 8 MiB by default. */
  maxBytes?: number;
  /**
   * Milliseconds to wait, once woken at the live end, for more events to share the batch: throughput
   * for latency. 0 by default.
   */
  linger?: number;
  /** Ends the stream. */
  signal: AbortSignal;
}

export const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/** Source that readers take their events from, in words for people; `degraded` when it is not the one that it should be. */
export type FeedStatus = string | { degraded: string };

export interface EventFeed {
  /**
   * Every event after `after`, in order, exactly once, for ever: at the live end it waits. It waits
   * as well, and logs, while the source cannot be reached; it ends only when `signal` aborts.
   *
   * @throws LogChangedError when the log has another event where the last batch ended, or where `expected` says,
   *   or ends before it; also at the live end, where nothing new comes
   */
  read(options: ReadOptions): AsyncGenerator<EventBatch, void, void>;
  /** Undefined where there is one source only. */
  status(): FeedStatus | undefined;
  /** Frees what readers share; they must have been ended before. */
  close(): Promise<void>;
}
