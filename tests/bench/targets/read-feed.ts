/** The yardstick of a rebuild: reads the feed's batches to a position with every payload parsed, and nothing else. */
import { createPostgresFeed } from '@att/platform/event-feed';
import { taskEventOf } from '@att/platform/event-log';
import { createLogger } from '@att/platform/logging';
import { createPool } from '@att/platform/postgres';

export interface ReadPlan {
  connectionString: string;
  until: number;
}

/** Events of a page: as many as a rebuild takes at once. */
const BATCH_SIZE = 10_000;

const plan: ReadPlan = await new Promise((resolve) => process.once('message', resolve));
const { connectionString, until } = plan;
const log = createLogger('warn');
const pool = createPool({ connectionString, role: undefined, max: 2, name: 'bench', log });
const feed = createPostgresFeed({ pool, connectionString, role: undefined, log });
const ending = new AbortController();
const startedAt = performance.now();
let parsed = 0;
for await (const batch of feed.read({ after: 0, batchSize: BATCH_SIZE, signal: ending.signal })) {
  for (const event of batch.events) if (taskEventOf(event) !== undefined) parsed += 1;
  if (batch.position >= until) break;
}
const rate = until / ((performance.now() - startedAt) / 1000);
process.send?.({ rate, parsed });
await feed.close();
await pool.end();
process.disconnect();
