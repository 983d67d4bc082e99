import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds; a scrape waits longer than this for a process or its thread, and would have none of its metrics otherwise. */
const TIMEOUT = 500;

/**
 * Makes a gauge ask the database at each scrape. A gauge that the last batch has set would look well for ever in a process that
 * does nothing any more. While the database does not answer, a gauge keeps its last value.
 *
 * @param refresh asks, and sets the gauges
 */
export function askAtScrape(refresh: () => Promise<void>): () => Promise<void> {
  let asking: Promise<void> | undefined;
  return () => {
    // The same question serves all gauges of a scrape, and the next scrape too if the answer is slow.
    asking ??= refresh()
      .catch(() => {})
      .finally(() => {
        asking = undefined;
      });
    return Promise.race([asking, sleep(TIMEOUT, undefined, { ref: false })]);
  };
}
