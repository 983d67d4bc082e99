/** Gap between two events of one task, while other tasks of its project report. */
import type { TaskEvent } from '@att/contracts';
import { hasTarget, type ReplayState } from './replay-state';

export interface Gap {
  /** Position of the event that ends the gap. */
  next: number;
  /** Recorded time of that event, in milliseconds since 1970. */
  recordedAt: number;
  /** Recorded milliseconds that the gap may last. */
  maxGap: number;
  /** Milliseconds in which `maxGap` passes at the present speed. */
  playedMs: number;
}

/** Gap that is played just now; undefined when there is none, or gaps are kept as they were. */
export function gapAfter(events: readonly TaskEvent[], state: ReplayState): Gap | undefined {
  const { playing, connection, loading, shown, pace } = state;
  if (!playing || connection.name !== 'open' || hasTarget(loading) || shown === undefined) return undefined;
  if (pace.speed === 'max' || pace.maxGap === undefined) return undefined;
  const next = events.find((event) => event.position > shown.position);
  if (next === undefined) return undefined;
  return {
    next: next.position,
    recordedAt: Date.parse(next.recorded_at),
    maxGap: pace.maxGap,
    playedMs: pace.maxGap / pace.speed,
  };
}
