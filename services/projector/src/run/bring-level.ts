/** Brings generations to one position, from which on they follow the log together. */
import type { EventFeed } from '@att/platform/event-feed';
import type { Logger } from '@att/platform/logging';
import type { Pool } from 'pg';
import type { ProjectorMetrics } from '../projector-metrics.js';
import { begin } from './built.js';
import { follow } from './follow.js';
import { groupByCheckpoint } from './group-by-checkpoint.js';
import type { Target } from './plan-round.js';

export interface LevelOptions {
  pool: Pool;
  feed: EventFeed;
  log: Logger;
  metrics: ProjectorMetrics;
  signal: AbortSignal;
}

/** Events that others wait for: a second or two. */
const NEAR = 10_000;

export async function bringTo(
  options: LevelOptions,
  targets: readonly Target[],
  until: number,
): Promise<void> {
  const behind = targets.filter(({ generation }) => generation.position < until);
  for (const together of groupByCheckpoint(behind)) {
    await follow({ ...options, group: await begin(options.pool, together), until });
  }
}

/** Those that a pause, or a crash among events that each applied alone, left a little behind would stay there for ever. */
export async function closeRanks(options: LevelOptions, targets: readonly Target[]): Promise<void> {
  const front = Math.max(0, ...targets.map(({ generation }) => generation.position));
  const near = targets.filter(({ generation }) => generation.position >= front - NEAR);
  await bringTo(options, near, front);
}
