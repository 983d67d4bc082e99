import type { Target } from '../generations/target.js';

/** Generations at the same checkpoint share one read and one parse of the log, and one transaction. */
export function groupByCheckpoint(targets: readonly Target[]): Target[][] {
  const groups = new Map<number, Target[]>();
  for (const target of targets) {
    const { position } = target.generation;
    const group = groups.get(position);
    if (group === undefined) groups.set(position, [target]);
    else group.push(target);
  }
  return [...groups.values()];
}
