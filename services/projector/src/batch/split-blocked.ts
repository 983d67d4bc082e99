import type { LogEvent } from '@att/platform/event-log';
import { isOfTask, type TaskName } from '../fold/task-name.js';
import { taskKey } from '../rows/row-cache.js';

/** Events that wait behind the dead letter of a task. */
export interface QueuedEvents extends TaskName {
  positions: number[];
}

export interface SplitEvents {
  /** Events that can be applied. */
  applicable: readonly LogEvent[];
  queued: readonly QueuedEvents[];
}

/** @param blocked keys of blocked tasks */
export function splitBlocked(events: readonly LogEvent[], blocked: ReadonlySet<string>): SplitEvents {
  if (blocked.size === 0) return { applicable: events, queued: [] };
  const queued = new Map<string, QueuedEvents>();
  const applicable = events.filter((event) => {
    if (!isOfTask(event)) return true;
    const key = taskKey(event);
    if (!blocked.has(key)) return true;
    const { project, task_id, position } = event;
    const before = queued.get(key);
    if (before === undefined) queued.set(key, { project, task_id, positions: [position] });
    else before.positions.push(position);
    return false;
  });
  return { applicable, queued: [...queued.values()] };
}
