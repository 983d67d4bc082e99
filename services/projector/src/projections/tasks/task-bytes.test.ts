import { evolve, type Task, type TaskEvent } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { taskBytes } from './task-bytes.js';

const started: TaskEvent = {
  position: 1,
  event_id: '01900000-0000-7000-8000-000000000000',
  type: 'task.started',
  project: 'project',
  task_id: 'task',
  agent: 'agent',
  occurred_at: null,
  recorded_at: '2026-01-31T12:00:00.000Z',
  data: { task: 'Title' },
};
const task = (fields: Partial<Task> = {}): Task => ({
  ...evolve(undefined, started),
  project_id: 1,
  ...fields,
});

describe('the weight of a task', () => {
  it('is small without large fields', () => {
    expect(taskBytes(task())).toBeLessThan(100);
  });

  it.each([
    ['result', 'x'.repeat(100_000)],
    ['result', { deep: [{ text: 'x'.repeat(100_000) }] }],
    ['result', Array.from({ length: 10_000 }, (_, n) => n)],
    ['stack_trace', 'x'.repeat(100_000)],
    ['metadata', { key: 'x'.repeat(100_000) }],
  ])('counts %s', (field, value) => {
    expect(taskBytes(task({ [field]: value }))).toBeGreaterThanOrEqual(100_000);
  });

  it('is found for JSON of any depth', () => {
    const result = JSON.parse('['.repeat(500_000) + ']'.repeat(500_000));
    expect(taskBytes(task({ result }))).toBeGreaterThan(0);
  });
});
