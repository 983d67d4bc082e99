/** Events as agents report them, for the log's appender. */
import { WEBHOOKS, type WebhookKind } from '@att/contracts';
import type { NewEvent } from '@att/platform/event-log';

export interface Subject {
  project?: string;
  task?: string;
  agent?: string;
}

const report =
  (kind: WebhookKind) =>
  ({ project = 'shop', task = 'task-1', agent = 'claude' }: Subject = {}, fields: object = {}): NewEvent =>
    eventOf(
      kind,
      { project, task, agent },
      JSON.stringify({ project, task: `Title of ${task}`, task_id: task, agent, ...fields }),
    );

export const started = report('start');
export const progressed = report('status');
export const finished = report('finish');
export const failed = report('error');

/** Event of an operator's command, which no task follows from. */
export const operatorsEvent = (): NewEvent => ({
  type: 'projection.paused',
  project: null,
  taskId: null,
  agent: null,
  occurredAt: null,
  actor: 'operator',
  payload: Buffer.from('{}'),
  idempotencyKey: null,
});

/** Event with a payload of any text. */
export function eventOf(kind: WebhookKind, subject: Required<Subject>, text: string): NewEvent {
  return {
    type: WEBHOOKS[kind].type,
    project: subject.project,
    taskId: subject.task,
    agent: subject.agent,
    occurredAt: null,
    actor: 'test',
    payload: Buffer.from(text),
    idempotencyKey: null,
  };
}
