import type { EventFeed } from '../event-feed.js';

/** A feed and its log, as the contract suite drives them. */
export interface FeedUnderTest {
  feed: EventFeed;
  /** Commits so many events to the log that the feed reads. */
  append(count: number): Promise<void>;
  /** The same, with events of about so many bytes of payload each. */
  appendLarge(count: number, bytes: number): Promise<void>;
  /** Breaks every connection of the feed to its source; it may make new ones at once. */
  interrupt(): Promise<void>;
  /** Takes the last events away and commits so many others, as after a fail-over to a standby that lagged. */
  replaceLast(removed: number, others: number): Promise<void>;
  /** Gives the log a new epoch, and returns it; its events stay. */
  renewEpoch(): Promise<string>;
  /** Hashes of the log's events as it is now, lower-case hex, the first one's at 1. */
  hashes(): Promise<string[]>;
  /** Closes the feed and everything that was made for it. */
  close(): Promise<void>;
}
