/** What agents report, as the log takes it. */
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
    sent(
      kind,
      { project, task, agent },
      JSON.stringify({ project, task: `Title of ${task}`, task_id: task, agent, ...fields }),
    );

export const started = report('start');
export const progressed = report('status');
export const finished = report('finish');
export const failed = report('error');

/** An event that no task follows from. */
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

/** A report with the very text that its sender sent. */
export function sent(kind: WebhookKind, subject: Required<Subject>, text: string): NewEvent {
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
