import { evolve, summaryOf, type TaskState } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { changesOf, type Report } from '../testing/changes';
import { eventAt } from '../testing/frames';
import { foldTasks, type TaskFilter, type TaskList, type TaskRow } from './task-list';

/** Row that REST would answer after these reports. */
function rowAfter(...reports: Report[]): TaskRow {
  const task = reports.reduce<TaskState | undefined>(
    (state, report) => evolve(state, eventAt(...report)),
    undefined,
  );
  if (task === undefined) throw new Error('a task needs a report');
  return summaryOf(task);
}

const WINDOW = 50;
const A: Report = [1, 'start', { task_id: 'a' }];
const B: Report = [2, 'start', { task_id: 'b', project: 'q' }];
const whole = (): TaskList => ({ rows: [rowAfter(B), rowAfter(A)], total: 2 });
const part = (): TaskList => ({ rows: [rowAfter(B), rowAfter(A)], total: 50 });
const any: TaskFilter = { project: undefined, statuses: [] };
const ofP: TaskFilter = { project: 'p', statuses: [] };
const failed: TaskFilter = { project: undefined, statuses: ['failed'] };
const running: TaskFilter = { project: undefined, statuses: ['running'] };

function seen(list: TaskList, filter: TaskFilter, reports: Report[], earlier: Report[] = [A, B]) {
  const { data, inexactAt } = foldTasks(list, filter, changesOf(reports, earlier), WINDOW);
  return {
    rows: data.rows.map((row) => `${row.task_id} ${row.status} ${row.progress}`),
    total: data.total,
    inexactAt,
  };
}

describe('rows follow their tasks', () => {
  it.each<[string, TaskFilter, Report, string[], number]>([
    ['a report', any, [20, 'status', { task_id: 'a', progress: 40 }], ['b running 0', 'a running 40'], 2],
    [
      'an own word',
      any,
      [20, 'status', { task_id: 'a', status: 'waiting' }],
      ['b running 0', 'a waiting 0'],
      2,
    ],
    ['an end', any, [20, 'finish', { task_id: 'a' }], ['b running 0', 'a completed 0'], 2],
    ['an end that leaves the filter', running, [20, 'finish', { task_id: 'a' }], ['b running 0'], 1],
    [
      'another project of the same task id',
      any,
      [20, 'finish', { task_id: 'a', project: 'z' }],
      ['a completed 0', 'b running 0', 'a running 0'],
      3,
    ],
  ])('%s', (_, filter, report, rows, total) => {
    expect(seen(whole(), filter, [report])).toEqual({ rows, total, inexactAt: 0 });
  });

  it('looks for the task that moves up where one leaves', () => {
    expect(seen(part(), running, [[20, 'finish', { task_id: 'a' }]])).toEqual({
      rows: ['b running 0'],
      total: 49,
      inexactAt: 20,
    });
  });

  it('gives the very row that REST would give', () => {
    const end: Report = [20, 'error', { task_id: 'a', error_type: 'E', error_message: 'no', agent: 'c' }];
    expect(foldTasks(whole(), any, changesOf([end]), WINDOW).data.rows[1]).toEqual(rowAfter(A, end));
  });

  it('ignores what a row holds already', () => {
    const list: TaskList = { rows: [rowAfter(A, [20, 'start', { task_id: 'a' }])], total: 1 };
    expect(
      foldTasks(list, any, changesOf([[20, 'start', { task_id: 'a' }]]), WINDOW).data.rows[0]?.attempt,
    ).toBe(2);
  });
});

describe('a task that is not among the rows', () => {
  const start: Report = [20, 'start', { task_id: 'new' }];
  const old: Report = [3, 'start', { task_id: 'old' }];
  it.each<[string, TaskList, TaskFilter, Report[], Report[], number, number, number]>([
    // rows, total, inexactAt
    ['is new where all tasks are at hand', whole(), any, [start], [], 3, 3, 0],
    ['may be new or old where they are not', part(), any, [start], [], 2, 50, 20],
    [
      'is of no concern in another project',
      part(),
      ofP,
      [[20, 'start', { project: 'q', task_id: 'x' }]],
      [],
      2,
      50,
      0,
    ],
    [
      'is beyond the rows at its first report',
      part(),
      any,
      [[20, 'status', { task_id: 'old' }]],
      [old],
      2,
      50,
      0,
    ],
    ['does not match, and may have matched before', part(), failed, [start], [], 2, 50, 20],
    ['does not match, and was not in the whole list', whole(), failed, [start], [], 2, 2, 0],
    ['comes to match', part(), failed, [[20, 'error', { task_id: 'old' }]], [old], 2, 50, 20],
    [
      'comes to match with its first known report',
      part(),
      failed,
      [[20, 'error', { task_id: 'old' }]],
      [],
      2,
      50,
      20,
    ],
    ['matched and goes on to', part(), running, [[20, 'status', { task_id: 'old' }]], [old], 2, 50, 0],
    ['stops to match', part(), running, [[20, 'finish', { task_id: 'old' }]], [old], 2, 49, 0],
    [
      'may have matched',
      part(),
      running,
      [[20, 'finish', { task_id: 'old' }]],
      [[3, 'status', { task_id: 'old' }]],
      2,
      50,
      20,
    ],
    [
      'ended and reports too late',
      part(),
      running,
      [[20, 'status', { task_id: 'old' }]],
      [old, [4, 'finish', { task_id: 'old' }]],
      2,
      50,
      0,
    ],
  ])('%s', (_, list, filter, reports, earlier, rows, total, inexactAt) => {
    const result = seen(list, filter, reports, earlier);
    expect([result.rows.length, result.total, result.inexactAt]).toEqual([rows, total, inexactAt]);
  });
});

describe('the rows on the page', () => {
  it('are never more than the page wants', () => {
    const changes = changesOf([[20, 'start', { task_id: 'new' }]]);
    const { data } = foldTasks(whole(), any, changes, 2);
    expect(data.rows.map((row) => row.task_id)).toEqual(['new', 'b']);
    expect(data.total).toBe(3);
  });
});
