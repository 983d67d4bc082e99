/**
 * Closed ranges of positions, found by a position that they contain. Of all numbers in a range one is divisible by the highest
 * power of two: its fork. The ranges that contain a position have one of some forty numbers for a fork (a relational interval
 * tree: Kriegel, Pötke and Seidl, 2000), and of one task, whose ranges do not overlap, at most one range has each of them. So
 * what is found grows with the tasks, however many ranges each of them has.
 */

/** Levels that a log comes to: 2^45 events are a thousand years at a thousand a second. */
const LEVELS = 45;

/** @param to is not of the range any more */
export function forkOf(from: number, to: number): number {
  const last = to - 1;
  if (last <= from) return from;
  let step = 1;
  while (step * 2 <= last && Math.floor(last / (step * 2)) * step * 2 > from) step *= 2;
  return Math.floor(last / step) * step;
}

/** The forks of all ranges that contain the position. */
export function forksAround(position: number): number[] {
  const forks = new Set([position]);
  for (let level = 0, step = 1; level < LEVELS; level++, step *= 2) {
    const below = Math.floor(position / step);
    forks.add((below % 2 === 1 ? below : below + 1) * step);
  }
  return [...forks];
}
