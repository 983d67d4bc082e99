import type { TaskLogEvent } from '@att/platform/event-log';
import type { Step } from '@att/platform/projections';
import type { TaskOutcome } from '../../fold/task-outcome.js';

/** Step that an event was for its task. A status may end a task, too; a cancelled task counts as progress. */
export function stepOf({ type }: TaskLogEvent, { finished_at, status }: TaskOutcome): Step {
  if (type === 'task.started') return 'started';
  if (finished_at === null) return 'progressed';
  return status === 'completed' || status === 'failed' ? status : 'progressed';
}
