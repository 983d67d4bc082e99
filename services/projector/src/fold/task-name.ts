import type { LogEvent } from '@att/platform/event-log';

/** A task as events name it. */
export interface TaskName {
  project: string;
  task_id: string;
}

export function isOfTask(event: LogEvent): event is LogEvent & TaskName {
  return event.project !== null && event.task_id !== null;
}
