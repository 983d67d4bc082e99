import type { TaskLogEvent } from '@att/platform/event-log';
import type { Step } from '@att/platform/projections';
import type { TaskOutcome } from '../../fold/task-outcome.js';

/** By what the event did: a status may end its task too. A cancelled task is told of as progress. */
export function stepOf({ type }: TaskLogEvent, { finished_at, status }: TaskOutcome): Step {
  if (type === 'task.started') return 'started';
  if (finished_at === null) return 'progressed';
  return status === 'completed' || status === 'failed' ? status : 'progressed';
}
