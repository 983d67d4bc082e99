/** Playhead between two events: the recorded time, counted as the server counts it. */
import type { Pace } from './replay-state';

/** Recorded time of what was shown last, and the time at which it was shown. */
export interface Anchor {
  /** Recorded milliseconds since 1970. */
  time: number;
  /** Time on the clock of `now`. */
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
  // A gap that is shortened ends at its next event, so the playhead stops at the longest gap.
  const passed = Math.min(maxGap ?? Infinity, Math.max(0, now - anchor.at) * speed);
  return Math.max(anchor.time, Math.min(end, anchor.time + passed));
}
