import type { TaskOutcome } from '../fold/task-outcome.js';
import { countsAlike } from './counts.js';
import { microsOfTask } from './durations.js';

/** Whether no count and no duration of any scope tells the two apart. */
export function isSameToStats(a: TaskOutcome, b: TaskOutcome): boolean {
  return a === b || (a.agent === b.agent && countsAlike(a, b) && microsOfTask(a) === microsOfTask(b));
}
