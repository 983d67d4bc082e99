import { describe, expect, it } from 'vitest';
import { frameAt } from '../testing/frames';
import { makeKnownTasks } from './make-known-tasks';

const task = (status: string) => ({
  project: 'p',
  task_id: 't',
  status,
  attempt: 1,
  started_at: null,
  finished_at: status === 'running' ? null : '2026-01-31T00:00:00.000Z',
});

describe('what it learns from an answer', () => {
  it('holds for the frames after it', () => {
    const known = makeKnownTasks();
    known.learn([task('running')], 10);
    expect(known.change(frameAt(11, 'finish')).before).toMatchObject({
      status: 'running',
      ended: false,
      sure: true,
    });
  });

  it('waits while the frames are behind it, so that none of them is hidden', () => {
    const known = makeKnownTasks();
    known.change(frameAt(7, 'start'));
    known.learn([task('completed')], 10);
    expect(known.change(frameAt(9, 'finish')).before?.status).toBe('running');
    expect(known.change(frameAt(12, 'start')).before?.status).toBe('completed');
  });
});

it('forgets the task with the oldest event', () => {
  const known = makeKnownTasks(2);
  for (const [position, task_id] of [
    [1, 'a'],
    [2, 'b'],
    [3, 'a'],
    [4, 'c'],
  ] as const) {
    known.change(frameAt(position, 'start', { task_id }));
  }
  expect(known.change(frameAt(5, 'status', { task_id: 'a' })).before).toBeDefined();
  expect(known.change(frameAt(6, 'status', { task_id: 'b' })).before).toBeUndefined();
});
