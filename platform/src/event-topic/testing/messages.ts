/** An event as it is published, and messages as readers take them, for tests. */
import type { TopicEvent, TopicMessage } from '../message.js';

export const TOPIC_EVENT: TopicEvent = {
  position: 42,
  event_id: '0198a000-0000-7000-8000-000000000001',
  type: 'task.started',
  project: 'my project',
  task_id: 'a/b',
  agent: 'agent',
  occurred_at: '2026-01-31T12:00:00.000Z',
  recorded_at: '2026-01-31T12:00:01.000Z',
  actor: 'key:env',
  data_text: '{"n": 1.0, "big": 12345678901234567890}',
  data_hash: 'ab'.repeat(32),
  hash: 'cd'.repeat(32),
};

export interface MessageParts {
  epoch?: string;
  prev?: number;
  /** Payload; null: the message is without. */
  text?: string | null;
}

/** Message of a task's start, by default after the one of the position before. */
export function messageAt(
  position: number,
  { epoch = 'e', prev = position - 1, text = '{}' }: MessageParts = {},
): TopicMessage {
  return {
    epoch,
    prev,
    hash: `hash of ${position}`,
    hasData: text !== null,
    event: {
      position,
      event_id: `${epoch}: ${position}`,
      type: 'task.started',
      project: 'project',
      task_id: 'task',
      agent: null,
      occurred_at: null,
      recorded_at: '2026-01-31T12:00:00.000Z',
      actor: 'tester',
      data_text: text,
    },
  };
}
