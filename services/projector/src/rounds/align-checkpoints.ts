/** Brings generations to one position, from which on they follow the log as one group. */
import { openWriters } from '../batch/generation-writer.js';
import type { ProjectorContext } from '../batch/projector-context.js';
import type { FinishingBuild } from '../build/finish-build.js';
import { follow } from '../follow/follow.js';
import { groupByCheckpoint } from '../follow/group-by-checkpoint.js';
import type { WritableGeneration } from '../generations/writable-generation.js';
import { readHead } from './read-head.js';

/** Events that the other generations may have to wait for: a second or two. */
const NEAR = 10_000;

/** Aligns generations that a pause, or a crash among events that each applied alone, left a little behind the first. */
export async function alignCheckpoints(
  context: ProjectorContext,
  generations: readonly WritableGeneration[],
): Promise<void> {
  const first = Math.max(0, ...generations.map(({ checkpoint }) => checkpoint.position));
  const near = generations.filter(({ checkpoint }) => checkpoint.position >= first - NEAR);
  await catchUp(context, near, first);
}

/**
 * Brings builds and the active generations that they are to replace to one position, while nothing else is written: builds are near
 * the log's end by now, so it takes a moment. A build that replaces none goes on to that end.
 */
export async function alignWithActive(
  context: ProjectorContext,
  finishing: readonly FinishingBuild[],
): Promise<void> {
  const generations = finishing.flatMap(({ build, active }) =>
    active === undefined ? [build] : [build, active],
  );
  const replacesNone = finishing.some(({ active }) => active === undefined);
  const until = Math.max(
    replacesNone ? await readHead(context.pool) : 0,
    ...generations.map(({ checkpoint }) => checkpoint.position),
  );
  await catchUp(context, generations, until);
}

async function catchUp(
  context: ProjectorContext,
  generations: readonly WritableGeneration[],
  until: number,
): Promise<void> {
  const behind = generations.filter(({ checkpoint }) => checkpoint.position < until);
  for (const group of groupByCheckpoint(behind)) {
    await follow(context, await openWriters(context.pool, group), { until });
  }
}
