import type { Generation } from './generations/generation.js';

/** Generations at the same checkpoint share one read and one parse of the log, and one transaction. */
export function groupByCheckpoint(generations: readonly Generation[]): Generation[][] {
  const groups = new Map<number, Generation[]>();
  for (const generation of generations) {
    const group = groups.get(generation.position);
    if (group === undefined) groups.set(generation.position, [generation]);
    else group.push(generation);
  }
  return [...groups.values()];
}
