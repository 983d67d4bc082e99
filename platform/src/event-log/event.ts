import { isTaskEventType, type TaskEvent, type TaskEventType } from '@att/contracts';

/** An event as the log's readers take it: the envelope, and the payload as the sender's own text. */
export interface LogEvent {
  position: number;
  event_id: string;
  type: string;
  project: string | null;
  task_id: string | null;
  agent: string | null;
  occurred_at: string | null;
  recorded_at: string;
  actor: string;
  /** JSON text; null once erased. */
  data_text: string | null;
}

/** An event with its hashes, in lower-case hex. */
export interface HashedEvent extends LogEvent {
  data_hash: string;
  hash: string;
}

/** An event with what proves it; bytes as lower-case hex. */
export interface ProvenEvent extends HashedEvent {
  salt: string | null;
}

/** An event that a task follows from. */
export interface TaskLogEvent extends LogEvent {
  type: TaskEventType;
  project: string;
  task_id: string;
}

export function isTaskLogEvent(event: LogEvent): event is TaskLogEvent {
  const { type, project, task_id } = event;
  return isTaskEventType(type) && project !== null && task_id !== null;
}

/** The event as `evolve` takes it, or undefined when no task follows from it. */
export function taskEventOf(event: LogEvent): TaskEvent | undefined {
  return isTaskLogEvent(event) ? parsedTaskEvent(event) : undefined;
}

export function parsedTaskEvent(event: TaskLogEvent): TaskEvent {
  const { position, event_id, type, project, task_id, agent, occurred_at, recorded_at, data_text } = event;
  const data = data_text === null ? null : (JSON.parse(data_text) as Record<string, unknown>);
  return { position, event_id, type, project, task_id, agent, occurred_at, recorded_at, data };
}
