/** Brings generations to one position, from which on they follow the log together. */

import { openWriters } from '../batch/generation-writer.js';
import type { Finishing } from '../build/finish-build.js';
import { follow } from '../follow/follow.js';
import { groupByCheckpoint } from '../follow/group-by-checkpoint.js';
import type { LevelOptions } from '../follow/keep-following.js';
import type { Target } from '../generations/target.js';
import { readHead } from './read-head.js';

/** Events that others wait for: a second or two. */
const NEAR = 10_000;

export async function catchUpTo(
  options: LevelOptions,
  targets: readonly Target[],
  until: number,
): Promise<void> {
  const behind = targets.filter(({ generation }) => generation.position < until);
  for (const together of groupByCheckpoint(behind)) {
    await follow({ ...options, group: await openWriters(options.pool, together), until });
  }
}

/** Those that a pause, or a crash among events that each applied alone, left a little behind would stay there for ever. */
export async function alignCheckpoints(options: LevelOptions, targets: readonly Target[]): Promise<void> {
  const front = Math.max(0, ...targets.map(({ generation }) => generation.position));
  const near = targets.filter(({ generation }) => generation.position >= front - NEAR);
  await catchUpTo(options, near, front);
}

/**
 * While nothing else is written: a build is near the log's end by now, so it takes a moment. One that has nothing to
 * meet goes on to that end.
 */
export async function catchUpWithActive(
  options: LevelOptions,
  finishing: readonly Finishing[],
): Promise<void> {
  const targets = finishing.flatMap(({ build, active }): Target[] =>
    active === undefined ? [build] : [build, active],
  );
  const foldsAlone = finishing.some(({ active }) => active === undefined);
  const until = Math.max(
    foldsAlone ? await readHead(options.pool) : 0,
    ...targets.map(({ generation }) => generation.position),
  );
  await catchUpTo(options, targets, until);
}
