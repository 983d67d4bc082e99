import type { Project } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { changesOf, type Report } from '../testing/changes';
import { foldProjects, type ProjectList, projectRows, totalsOf } from './project-list';

const project = (fields: Partial<Project> = {}): Project => ({
  id: 1,
  name: 'p',
  created_at: '2026-01-31T00:00:01.000Z',
  updated_at: '2026-01-31T00:00:01.000Z',
  total_tasks: 10,
  active_tasks: 4,
  completed_tasks: 3,
  failed_tasks: 2,
  ...fields,
});
const list = (position: number, ...projects: Project[]): ProjectList => ({
  rows: projectRows(projects, position),
  total: projects.length,
});
const counters = ({ data, inexactAt }: ReturnType<typeof foldProjects>) => {
  const { active, completed, failed, total } = totalsOf(data.rows);
  return { counts: [active, completed, failed, total], inexactAt };
};

const STARTED: Report = [5, 'start'];

describe('counters follow what a change did to its task', () => {
  it.each<[string, Report[], Report[], number[], number]>([
    ['a running task reports', [STARTED], [[20, 'status', { progress: 5 }]], [4, 3, 2, 10], 0],
    ['a running task finishes', [STARTED], [[20, 'finish']], [3, 4, 2, 10], 0],
    ['a running task fails', [STARTED], [[20, 'error']], [3, 3, 3, 10], 0],
    [
      'a running task reports its end',
      [STARTED],
      [[20, 'status', { status: 'completed' }]],
      [3, 4, 2, 10],
      0,
    ],
    ['a running task is cancelled', [STARTED], [[20, 'status', { status: 'canceled' }]], [3, 3, 2, 10], 0],
    ['a failed task finishes after all', [STARTED, [6, 'error']], [[20, 'finish']], [4, 4, 1, 10], 0],
    ['a finished task starts again', [STARTED, [6, 'finish']], [[20, 'start']], [5, 2, 2, 10], 0],
    ['a finished task reports too late', [STARTED, [6, 'finish']], [[20, 'status']], [4, 3, 2, 10], 0],
    [
      'a cancelled task starts again',
      [STARTED, [6, 'status', { status: 'cancelled' }]],
      [[20, 'start']],
      [5, 3, 2, 10],
      0,
    ],
    ['a task finishes twice', [STARTED, [6, 'finish']], [[20, 'finish']], [4, 3, 2, 10], 0],
    ['a task has its first known report', [], [[20, 'start']], [4, 3, 2, 10], 20],
    [
      'and is known from then on',
      [],
      [
        [20, 'start'],
        [21, 'finish'],
      ],
      [3, 4, 2, 10],
      20,
    ],
    [
      'an old task, known by a report only, reports again',
      [[6, 'status']],
      [[20, 'status']],
      [4, 3, 2, 10],
      0,
    ],
    ['an old task, known by a report only, finishes', [[6, 'status']], [[20, 'finish']], [4, 3, 2, 10], 20],
    [
      'an old task, known by a report only, reports its end',
      [[6, 'status']],
      [[20, 'status', { status: 'failed' }]],
      [4, 3, 2, 10],
      20,
    ],
    ['a change below the position of the row', [STARTED], [[9, 'finish']], [4, 3, 2, 10], 0],
  ])('%s', (_, earlier, reports, counts, inexactAt) => {
    expect(counters(foldProjects(list(10, project()), changesOf(reports, earlier)))).toEqual({
      counts,
      inexactAt,
    });
  });

  it('does not mistake another project for this one', () => {
    const changes = changesOf([[20, 'finish', { project: 'q' }]], [[5, 'start', { project: 'q' }]]);
    expect(counters(foldProjects(list(10, project()), changes))).toEqual({
      counts: [4, 3, 2, 10],
      inexactAt: 0,
    });
  });

  it('looks for a project that it has not, when one of its tasks is new', () => {
    expect(foldProjects(list(10, project()), changesOf([[20, 'start', { project: 'new' }]])).inexactAt).toBe(
      20,
    );
  });

  it('has the time at which the project was touched last', () => {
    const folded = foldProjects(list(10, project()), changesOf([[20, 'status']], [STARTED]));
    expect(folded.data.rows[0]?.updated_at).toBe('2026-01-31T00:00:20.000Z');
  });

  it('lets each row ignore what it holds already', () => {
    const rows = [...projectRows([project()], 10), ...projectRows([project({ id: 2, name: 'q' })], 30)];
    const changes = changesOf(
      [
        [20, 'finish'],
        [21, 'finish', { project: 'q' }],
      ],
      [STARTED, [6, 'start', { project: 'q' }]],
    );
    const { data } = foldProjects({ rows, total: 2 }, changes);
    expect(data.rows.map((row) => row.active_tasks)).toEqual([3, 4]);
  });
});
