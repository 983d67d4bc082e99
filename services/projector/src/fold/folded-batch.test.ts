import type { LogEvent } from '@att/platform/event-log';
import { describe, expect, it } from 'vitest';
import { FoldedBatch } from './folded-batch.js';

const event = (position: number, project: string, task_id: string, type = 'task.started'): LogEvent => ({
  position,
  event_id: '01900000-0000-7000-8000-000000000000',
  type,
  project,
  task_id,
  agent: 'agent',
  occurred_at: null,
  recorded_at: '2026-01-31T12:00:00.000Z',
  actor: 'test',
  data_text: '{"task":"Title"}',
});

describe('a batch', () => {
  it('has its tasks once each, and the task of each event', () => {
    const { events, tasks, taskIndexes } = new FoldedBatch(
      [
        event(1, 'p', 'a'),
        event(2, 'q', 'a'),
        event(3, 'p', 'b', 'generation.requested'),
        event(4, 'p', 'a', 'task.finished'),
        event(5, 'p', 'b'),
      ],
      5,
    );
    expect(tasks.map(({ project, task_id }) => `${project} ${task_id}`)).toEqual(['p a', 'q a', 'p b']);
    expect(events.map(({ position }, index) => [position, taskIndexes[index]])).toEqual([
      [1, 0],
      [2, 1],
      [4, 0],
      [5, 2],
    ]);
    expect(new Set(tasks.map(({ key }) => key)).size).toBe(3);
  });
});
