import type { WritableGeneration } from '../generations/writable-generation.js';

/** Generations at the same checkpoint share one read and one parse of the log, and one transaction. */
export function groupByCheckpoint(generations: readonly WritableGeneration[]): WritableGeneration[][] {
  const groups = new Map<number, WritableGeneration[]>();
  for (const generation of generations) {
    const { position } = generation.checkpoint;
    const group = groups.get(position);
    if (group === undefined) groups.set(position, [generation]);
    else group.push(generation);
  }
  return [...groups.values()];
}
