/** Command `att events tail`: the log as NDJSON, as it grows. */
import { readConfig } from '@att/platform/config';
import { createPostgresFeed } from '@att/platform/event-feed';
import { readLogIdentity } from '@att/platform/event-log';
import { createLogger } from '@att/platform/logging';
import { eventLine } from '../print/event-line.js';
import { printText, stopWithReader } from '../print/print.js';
import { withLog } from '../process/with-log.js';
import { FileError } from '../transfer/errors.js';

export async function tail({ after, follow }: { after?: number; follow: boolean }): Promise<void> {
  await withLog(readConfig(), async (pool, connectionString) => {
    const head = (await readLogIdentity(pool)).position;
    const stopping = new AbortController();
    process.once('SIGINT', () => stopping.abort());
    process.once('SIGTERM', () => stopping.abort());
    stopWithReader(stopping);
    if (after !== undefined && after > head) {
      throw new FileError(`the log ends at position ${head}, before --after ${after}`);
    }
    const start = after ?? (follow ? head : 0);
    if (!follow && start >= head) return;
    const log = createLogger('warn');
    const feed = createPostgresFeed({ pool, connectionString, role: undefined, log });
    try {
      for await (const batch of feed.read({ after: start, batchSize: 500, signal: stopping.signal })) {
        const wanted = follow ? batch.events : batch.events.filter((event) => event.position <= head);
        await printText(wanted.map((event) => eventLine(event)).join(''));
        if (!follow && batch.position >= head) break;
      }
    } finally {
      await feed.close();
    }
  });
}
