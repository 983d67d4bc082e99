/**
 * Closed position ranges, found by a position that they contain (a relational interval tree: Kriegel, Pötke and Seidl, 2000).
 * A range's fork is the one number in it that is divisible by the highest power of two. Ranges that contain a position have one of
 * some forty numbers for a fork. The ranges of one task do not overlap, so at most one of them has each fork: what is found grows
 * with the tasks, however many ranges each of them has.
 */

/** Levels that a log comes to: 2^45 events are a thousand years at a thousand a second. */
const LEVELS = 45;

/** Fork of a range. @param to first position after the range */
export function forkOf(from: number, to: number): number {
  const last = to - 1;
  if (last <= from) return from;
  let step = 1;
  while (step * 2 <= last && Math.floor(last / (step * 2)) * step * 2 > from) step *= 2;
  return Math.floor(last / step) * step;
}

/** Forks of all ranges that contain the position. */
export function forksAround(position: number): number[] {
  const forks = new Set([position]);
  for (let level = 0, step = 1; level < LEVELS; level++, step *= 2) {
    const below = Math.floor(position / step);
    forks.add((below % 2 === 1 ? below : below + 1) * step);
  }
  return [...forks];
}
