/** Follows the feed with one group of generations, for ever. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventFeed } from '@att/platform/event-feed';
import type { Logger } from '@att/platform/logging';
import type { Pool } from 'pg';
import { applyBatch, type Built } from './apply-batch.js';
import type { ProjectorMetrics } from './projector-metrics.js';

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
  log.info({ projections: names, position }, 'projecting');
  for await (const batch of feed.read({ after, batchSize: BATCH_SIZE, linger: LINGER, signal })) {
    const startedAt = performance.now();
    await applyBatch(pool, group, position, batch);
    position = batch.position;
    metrics.applied(names, batch, (performance.now() - startedAt) / 1000);
    // Never behind the live end, where every batch that is cut short by its bytes would cost the wait.
    if (batch.events.length >= LOAD && !batch.isFull) {
      await sleep(LINGER_UNDER_LOAD, undefined, { signal }).catch(() => {});
    }
  }
}

/** Waits longer after each failure in a row, up to 10 s. */
export async function backOff(failures: number, signal: AbortSignal): Promise<void> {
  const delay = Math.min(250 * 2 ** Math.min(failures, 10), 10_000);
  await sleep(delay, undefined, { signal }).catch(() => {});
}
