import { frameOf, type TaskEvent } from '@att/contracts';
import { expect, it } from 'vitest';
import { changeOf } from '../live/change';
import { keyOfTask } from './task-detail';
import { foldEvents } from './task-events';

const EVENT: TaskEvent = {
  position: 1,
  event_id: '01890000-0000-7000-8000-000000000001',
  type: 'task.progressed',
  project: 'p',
  task_id: 't',
  agent: null,
  occurred_at: null,
  recorded_at: '2026-01-31T12:00:00.000Z',
  data: {},
};

const rowOf = (data: TaskEvent['data']) => {
  const frame = JSON.parse(JSON.stringify(frameOf({ ...EVENT, data })));
  const folded = foldEvents({ rows: [], complete: true }, keyOfTask('p', 't'), [changeOf(frame, undefined)]);
  return folded.data.rows[0];
};

it('a report without a title and an agent is no erased one', () => {
  expect(rowOf({ message: 'hello' })?.data).toMatchObject({ message: 'hello' });
  expect(rowOf({})?.data).not.toBeNull();
  expect(rowOf(null)?.data).toBeNull();
});
