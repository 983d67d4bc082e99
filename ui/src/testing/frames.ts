/** Frames for tests, as the server sends them for webhooks. */
import { type EventFrame, frameOf, type TaskEvent, WEBHOOKS, type WebhookKind } from '@att/contracts';

export interface FrameFields {
  project?: string;
  task_id?: string;
  agent?: string;
  [field: string]: unknown;
}

export function eventAt(position: number, kind: WebhookKind, fields: FrameFields = {}): TaskEvent {
  const { project = 'p', task_id = 't', agent = 'a', ...data } = fields;
  return {
    position,
    event_id: `00000000-0000-4000-8000-${String(position).padStart(12, '0')}`,
    type: WEBHOOKS[kind].type,
    project,
    task_id,
    agent,
    occurred_at: null,
    recorded_at: new Date(Date.UTC(2026, 0, 31) + position * 1_000).toISOString(),
    data: { task: 'Title', ...(kind === 'status' ? { status: 'running' } : {}), ...data },
  };
}

export function frameAt(position: number, kind: WebhookKind, fields: FrameFields = {}): EventFrame {
  return frameOf(eventAt(position, kind, fields));
}

export function statusFrame(position: number, fields: FrameFields = {}): EventFrame {
  return frameAt(position, 'status', fields);
}
