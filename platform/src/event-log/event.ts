import { isTaskEventType, type TaskEvent } from '@att/contracts';

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

/** An event with what proves it; bytes as lower-case hex. */
export interface ProvenEvent extends LogEvent {
  salt: string | null;
  data_hash: string;
  hash: string;
}

/** The event as `evolve` takes it, or undefined when no task follows from it. */
export function taskEventOf(event: LogEvent): TaskEvent | undefined {
  const { type, project, task_id, agent, data_text } = event;
  if (!isTaskEventType(type) || project === null || task_id === null || agent === null) return undefined;
  return {
    position: event.position,
    event_id: event.event_id,
    type,
    project,
    task_id,
    agent,
    occurred_at: event.occurred_at,
    recorded_at: event.recorded_at,
    data: data_text === null ? null : (JSON.parse(data_text) as Record<string, unknown>),
  };
}
