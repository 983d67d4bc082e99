/** Brings a build and the active generation to one position, from which on they follow the log together. */
import { readHead } from '../build/read-head.js';
import { bringTo, type LevelOptions } from './bring-level.js';
import type { Finishing, Target } from './plan-round.js';

/**
 * While nothing else is written: a build is near the log's end by now, so it takes a moment. One that has nothing to
 * meet goes on to that end.
 */
export async function meet(options: LevelOptions, finishing: readonly Finishing[]): Promise<void> {
  const targets = finishing.flatMap(({ build, active }): Target[] =>
    active === undefined ? [build] : [build, active],
  );
  const isAlone = finishing.some(({ active }) => active === undefined);
  const until = Math.max(
    isAlone ? await readHead(options.pool) : 0,
    ...targets.map(({ generation }) => generation.position),
  );
  await bringTo(options, targets, until);
}
