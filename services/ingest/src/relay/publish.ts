/** Publishing: pages of the log are read ahead, encoded and sent, in order. */
import { PageSize, readHashed } from '@att/platform/event-log';
import { pause } from '@att/platform/time';
import { abortable } from './abortable.js';
import { type EncodedPage, PageEncoder } from './encode-page.js';
import type { TenureStart } from './open-tenure.js';
import type { RelayOptions } from './relay-options.js';
import type { Sender } from './sender.js';

/** Events and payload bytes of a page. The page after it is made ready meanwhile, so twice of this is held. */
const [PAGE_EVENTS, PAGE_BYTES] = [1_000, 1024 * 1024];
/** Milliseconds without a wake-up after which the log is asked, and from one page that was not full to the next. */
const [POLL, BREATH] = [1_000, 20];

interface ReadyPage extends EncodedPage {
  /** True when more events may follow at once. */
  isFull: boolean;
}

/**
 * Publishes until `signal` aborts.
 *
 * @param signal aborts when the lease is lost, too
 * @throws when a send fails, or the log is another one than before
 */
export async function publish(
  options: RelayOptions,
  sender: Sender,
  start: TenureStart,
  signal: AbortSignal,
): Promise<void> {
  const { pool, wakeUps, metrics } = options;
  const size = new PageSize(PAGE_EVENTS, PAGE_BYTES);
  const encoder = new PageEncoder(start);
  const prepare = async (after: number): Promise<ReadyPage> => {
    const page = await abortable(readHashed(pool, after, size), signal);
    return { ...encoder.encode(page), isFull: size.take(page.events) };
  };
  let ahead: Promise<ReadyPage> | undefined;
  let { position } = start;
  while (!signal.aborted) {
    // The signal is listened to before the read, so that a batch committed between the two is not missed.
    const { woken, leave } = wakeUps.wakeSignal.listen(POLL, signal);
    try {
      const startedAt = performance.now();
      const page: ReadyPage = await (ahead ?? prepare(position));
      position = page.position;
      ahead = page.isFull ? prepare(position) : undefined;
      ahead?.catch(() => {});
      await sender.send(page);
      metrics.published.inc(page.messages.length);
      if (page.isFull) continue;
      await woken;
      // Sends that follow at once would have a few events each, and cost as much as large ones.
      await pause(Math.max(0, startedAt + BREATH - performance.now()), signal);
    } finally {
      leave();
    }
  }
}
