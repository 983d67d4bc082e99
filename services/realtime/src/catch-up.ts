import type { Client } from './client.js';
import { join } from './encoded-frame.js';
import { Pager, type PagingOptions } from './next-page.js';
import { nextSource } from './next-source.js';
import type { Subscribers } from './subscribers.js';

export interface CatchUpOptions extends PagingOptions {
  subscribers: Subscribers;
  /** Bytes of one page. */
  pageBytes: number;
  onSent(frames: number): void;
}

/**
 * Sends a client the frames after its position, a page at a time and each once it has read the one before, until it has
 * reached the ring's tip; then it joins the subscribers. That page and the one read ahead are all that is held for a
 * client, however far behind it is.
 *
 * @param over aborted when the client has gone or is reset: catching up ends early
 * @param onLive called in the turn in which the client joins the subscribers, before it is sent anything more
 */
export async function catchUp(
  client: Client,
  options: CatchUpOptions,
  over: AbortSignal,
  onLive: () => void,
): Promise<void> {
  const pager = new Pager(client, options, over);
  while (client.isOpen && !over.aborted) {
    if (nextSource(client.position, options.ring) === 'live') {
      options.subscribers.add(client);
      onLive();
      return;
    }
    const page = await pager.after(client.position, options.pageBytes, true);
    if (page === undefined || over.aborted) return;
    client.position = page.position;
    if (page.frames.length > 0) {
      client.write(join(page.frames));
      options.onSent(page.frames.length);
    }
    await client.drained();
  }
}
