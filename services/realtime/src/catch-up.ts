import type { Audience } from './audience.js';
import type { Client } from './client.js';
import { join } from './encoded-frame.js';
import { nextSource } from './hand-over.js';
import { Pager, type PagingOptions } from './next-page.js';

export interface CatchUpOptions extends PagingOptions {
  audience: Audience;
  /** Bytes that are handed over at a time. */
  pageBytes: number;
  onSent(frames: number): void;
}

/**
 * Hands a client what comes after its position, one page at a time and each once it has read the one
 * before, until it is where everyone is; then it is in the audience. That page and the one read ahead are
 * all that is held for it, however far behind it is. Ends early when `over` aborts, as when it goes.
 *
 * @param onLive called in the very turn in which it joins the audience, before it is told anything more
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
      options.audience.add(client);
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
