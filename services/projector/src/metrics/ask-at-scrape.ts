import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds; below what a scrape gives the projector's thread, which then would have no metrics at all. */
const TIMEOUT = 500;

/**
 * For gauges that ask at each scrape: one that was set by the last batch would look well for ever in a projector
 * that stands still. While the database does not answer they keep what they last knew.
 *
 * @param refresh sets them
 */
export function askAtScrape(refresh: () => Promise<void>): () => Promise<void> {
  let asking: Promise<void> | undefined;
  return () => {
    // The registry asks for all gauges at the same time, and a slow answer may outlast a scrape.
    asking ??= refresh()
      .catch(() => {})
      .finally(() => {
        asking = undefined;
      });
    return Promise.race([asking, sleep(TIMEOUT, undefined, { ref: false })]);
  };
}
