/** The recorded time that a replay has come to between two events: the same as the server's clock counts. */
import type { Pace } from './replay-state';

/** What was shown last, and when that was. */
export interface Anchor {
  /** Recorded milliseconds since 1970. */
  time: number;
  /** On the clock of `now`. */
  at: number;
}

/** @returns milliseconds since 1970, at most `end` */
export function playheadAt(
  anchor: Anchor,
  { speed, maxGap }: Pace,
  running: boolean,
  now: number,
  end: number,
): number {
  if (!running || speed === 'max') return anchor.time;
  // A silence that is shortened ends at its next event, not at a time that it can be followed to.
  const passed = Math.min(maxGap ?? Infinity, Math.max(0, now - anchor.at) * speed);
  return Math.max(anchor.time, Math.min(end, anchor.time + passed));
}
