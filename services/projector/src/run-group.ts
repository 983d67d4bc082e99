/** Follows the feed with one group of generations, for ever. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventBatch, EventFeed } from '@att/platform/event-feed';
import type { Logger } from '@att/platform/logging';
import type { Pool } from 'pg';
import { type Built, commitBatch, foldBatch } from './apply-batch.js';
import type { ProjectorMetrics } from './projector-metrics.js';
import { readAhead } from './read-ahead.js';
import type { Write } from './rows/write.js';

export interface RunGroupOptions {
  pool: Pool;
  feed: EventFeed;
  group: readonly Built[];
  /** The group's checkpoint. */
  after: number;
  log: Logger;
  metrics: ProjectorMetrics;
  signal: AbortSignal;
}

/** Events. Tasks report many times, and each is written once a batch: larger ones write less. */
const BATCH_SIZE = 5_000;
/**
 * Milliseconds to gather events at the live end, where each batch costs some fifteen statements whatever
 * its size: hardly any while little happens, for whoever reads what he just wrote, and more under load.
 */
const LINGER = 10;
const LINGER_UNDER_LOAD = 400;
/** Events of a batch from which on that is load. */
const LOAD = 100;

/** Ends when `signal` aborts. @throws whatever made the batch fail; the caller starts over from the checkpoint */
export async function runGroup({
  pool,
  feed,
  group,
  after,
  log,
  metrics,
  signal,
}: RunGroupOptions): Promise<void> {
  const names = group.map(({ generation }) => generation.projection);
  let position = after;
  let writing: Promise<void> = Promise.resolve();
  const write = async (from: number, batch: EventBatch, writes: readonly Write[]) => {
    const startedAt = performance.now();
    await commitBatch(pool, group, from, batch, writes);
    metrics.applied(names, batch, (performance.now() - startedAt) / 1000);
  };
  log.info({ projections: names, position }, 'projecting');
  for await (const batch of readAhead(feed.read({ after, batchSize: BATCH_SIZE, linger: LINGER, signal }))) {
    // While the batch before it is being written, which keeps the server busy and not this thread.
    const writes = await foldBatch(pool, group, batch);
    await writing;
    writing = write(position, batch, writes);
    writing.catch(() => {});
    position = batch.position;
    if (batch.isFull) continue;
    await writing;
    // Never behind the live end, where every batch that is cut short by its bytes would cost the wait.
    if (batch.events.length >= LOAD) await sleep(LINGER_UNDER_LOAD, undefined, { signal }).catch(() => {});
  }
  await writing;
}

/** Waits longer after each failure in a row, up to 10 s. */
export async function backOff(failures: number, signal: AbortSignal): Promise<void> {
  const delay = Math.min(250 * 2 ** Math.min(failures, 10), 10_000);
  await sleep(delay, undefined, { signal }).catch(() => {});
}
