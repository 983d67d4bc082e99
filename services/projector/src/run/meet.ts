/** Brings a build and the active generation to one position, from which on they follow the log together. */
import type { EventFeed } from '@att/platform/event-feed';
import type { Logger } from '@att/platform/logging';
import type { Pool } from 'pg';
import { readHead } from '../build/read-head.js';
import type { ProjectorMetrics } from '../projector-metrics.js';
import { begin } from './built.js';
import { follow } from './follow.js';
import { groupByCheckpoint } from './group-by-checkpoint.js';
import type { Finishing, Target } from './plan-round.js';

export interface MeetOptions {
  pool: Pool;
  feed: EventFeed;
  log: Logger;
  metrics: ProjectorMetrics;
  signal: AbortSignal;
}

/**
 * While nothing else is written: a build is near the log's end by now, so it takes a moment. One that has nothing to
 * meet goes on to that end.
 */
export async function meet(options: MeetOptions, finishing: readonly Finishing[]): Promise<void> {
  const targets = finishing.flatMap(({ build, active }): Target[] =>
    active === undefined ? [build] : [build, active],
  );
  const isAlone = finishing.some(({ active }) => active === undefined);
  const until = Math.max(
    isAlone ? await readHead(options.pool) : 0,
    ...targets.map(({ generation }) => generation.position),
  );
  const behind = targets.filter(({ generation }) => generation.position < until);
  for (const targetsAtOne of groupByCheckpoint(behind)) {
    await follow({ ...options, group: await begin(options.pool, targetsAtOne), until });
  }
}
