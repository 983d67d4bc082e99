import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@att/platform/logging';
import type { Audience } from './audience.js';
import type { Client } from './client.js';
import { type EncodedFrame, encodeEvent, join } from './encoded-frame.js';
import type { FrameRing } from './frame-ring.js';
import { FIRST_PAGE, nextPageSize, nextSource } from './hand-over.js';
import type { Page, PageOptions } from './read-page.js';

export interface CatchUpOptions {
  ring: FrameRing;
  audience: Audience;
  log: Logger;
  pageBytes: number;
  /** Rejects while the log cannot be read. */
  readPage(options: PageOptions): Promise<Page>;
  onSent(frames: number): void;
}

/** Milliseconds between two tries while the log cannot be read. */
const RETRY_DELAY = 500;

/**
 * Hands a client what comes after its position, one page at a time and each once it has read the one
 * before, until it is where everyone is; then it is in the audience. One page is all that is held for
 * it, however far behind it is. Ends early when it goes.
 *
 * @param onLive called in the very turn in which it joins the audience, before it is told anything more
 */
export async function catchUp(client: Client, options: CatchUpOptions, onLive: () => void): Promise<void> {
  const { ring, audience, pageBytes } = options;
  let size = FIRST_PAGE;
  while (client.isOpen) {
    const source = nextSource(client.position, ring);
    if (source === 'live') {
      audience.add(client);
      onLive();
      return;
    }
    if (source === 'ring') {
      const page = ring.after(client.position, pageBytes, client.project);
      hand(client, page.frames, page.position, options);
    } else {
      const page = await readOrWait(client, size, options);
      if (page === undefined) continue;
      size = nextPageSize(size, page.events.length);
      hand(
        client,
        page.events.map(encodeEvent).filter((frame) => frame !== undefined),
        page.position,
        options,
      );
    }
    await client.drained();
  }
}

function hand(
  client: Client,
  frames: readonly EncodedFrame[],
  position: number,
  { onSent }: CatchUpOptions,
): void {
  client.position = position;
  if (frames.length === 0) return;
  client.write(join(frames));
  onSent(frames.length);
}

async function readOrWait(
  client: Client,
  size: number,
  { readPage, pageBytes, log }: CatchUpOptions,
): Promise<Page | undefined> {
  try {
    return await readPage({ after: client.position, project: client.project, size, maxBytes: pageBytes });
  } catch (error) {
    log.warn({ reason: (error as Error).message }, 'cannot read the log for a client that catches up');
    await sleep(RETRY_DELAY, undefined, { signal: client.gone }).catch(() => {});
    return undefined;
  }
}
