import type { NewEvent } from '../event-log/index.js';

/** A report as ingest hands it to the log; `payload` is given as JSON. */
export function newEvent(fields: Partial<Omit<NewEvent, 'payload'>> & { payload?: unknown } = {}): NewEvent {
  const { payload, ...rest } = fields;
  const event = {
    type: 'task.started',
    project: 'project',
    taskId: 'task',
    agent: 'agent',
    occurredAt: null,
    actor: 'test',
    idempotencyKey: null,
    ...rest,
  };
  const body = payload ?? {
    project: event.project,
    task: 'Title',
    task_id: event.taskId,
    agent: event.agent,
  };
  return { ...event, payload: Buffer.from(JSON.stringify(body)) };
}
