/** Durations of completed tasks: what averages are made of. */

import type { TaskOutcome } from '../fold/task-outcome.js';
import { bigint, numeric } from '../rows/column.js';
import { countsAlike } from './counts.js';

export interface Durations {
  /** Number of completed tasks that have one. */
  durations: number;
  /** Sum in whole microseconds: unlike a sum of fractions it is the same in whatever order tasks come and go. */
  durationMicros: bigint;
}

export const NO_DURATIONS: Readonly<Durations> = { durations: 0, durationMicros: 0n };

export const DURATION_COLUMNS = {
  durations: bigint((row: Durations) => row.durations),
  duration_micros: numeric((row: Durations) => row.durationMicros),
};

/** Null for a task that does not count. */
export function microsOfTask({ status, finished_at, duration_seconds }: TaskOutcome): bigint | null {
  return status === 'completed' && finished_at !== null && duration_seconds !== null
    ? microsOf(duration_seconds)
    : null;
}

/** Adds a task's duration, or takes it out again with `sign` -1. */
export function addDuration(durations: Durations, task: TaskOutcome, sign: 1 | -1): void {
  const micros = microsOfTask(task);
  if (micros === null) return;
  durations.durations += sign;
  durations.durationMicros += BigInt(sign) * micros;
}

/** Whole microseconds; a duration too long for a double to hold them exactly counts in whole seconds. */
export function microsOf(seconds: number): bigint {
  return seconds < 1e9 ? BigInt(Math.round(seconds * 1e6)) : BigInt(Math.round(seconds)) * 1_000_000n;
}

/** Whether two outcomes are the same to the counts and durations of every scope. */
export function isSameToStats(a: TaskOutcome, b: TaskOutcome): boolean {
  return a === b || (a.agent === b.agent && countsAlike(a, b) && microsOfTask(a) === microsOfTask(b));
}
