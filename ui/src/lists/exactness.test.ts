/** Whatever happens: a fold that is in no doubt gives the very list that REST would give. */
import { eventOfFrame, evolve, isActive, type Project, type TaskState, WEBHOOK_KINDS } from '@att/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeKnownTasks } from '../live/make-known-tasks';
import { frameAt } from '../testing/frames';
import { foldProjects, type ProjectList, projectRows } from './project-list';
import { foldTasks, type TaskFilter, type TaskList, type TaskRow } from './task-list';

const WINDOW = 3;

const report = fc.record({
  kind: fc.constantFrom(...WEBHOOK_KINDS),
  project: fc.constantFrom('p', 'q'),
  task_id: fc.constantFrom('a', 'b', 'c', 'd'),
  status: fc.constantFrom('running', 'waiting', 'completed', 'failed', 'canceled'),
  learns: fc.boolean(),
});
const filters = fc.constantFrom<TaskFilter>(
  { project: undefined, statuses: [] },
  { project: 'p', statuses: [] },
  { project: undefined, statuses: ['running'] },
  { project: 'q', statuses: ['failed', 'completed'] },
);

/** What REST answers: the fold of the whole log. */
function makeOracle() {
  const tasks = new Map<string, TaskState>();
  const sorted = () => [...tasks.values()].sort((a, b) => b.id - a.id);
  return {
    take(frame: ReturnType<typeof frameAt>) {
      const key = `${frame.data.project}/${frame.data.task_id}`;
      tasks.set(key, evolve(tasks.get(key), eventOfFrame(frame)));
    },
    list(filter: TaskFilter): TaskList {
      const matching = sorted()
        .filter((task) => filter.project === undefined || task.project === filter.project)
        .filter((task) => filter.statuses.length === 0 || filter.statuses.includes(task.status));
      const rows = matching.slice(0, WINDOW).map(({ result, stack_trace, metadata, ...row }): TaskRow => row);
      return { rows, total: matching.length };
    },
    projects(position: number): ProjectList {
      const names = [...new Set(sorted().map((task) => task.project))].sort();
      const projects = names.map((name): Project => {
        const own = sorted().filter((task) => task.project === name);
        const ended = (status: string) =>
          own.filter((task) => !isActive(task) && task.status === status).length;
        return {
          id: 1,
          name,
          created_at: '',
          updated_at: '',
          total_tasks: own.length,
          active_tasks: own.filter(isActive).length,
          completed_tasks: ended('completed'),
          failed_tasks: ended('failed'),
        };
      });
      return { rows: projectRows(projects, position), total: projects.length };
    },
  };
}

const counters = (list: ProjectList) =>
  list.rows
    .map((row) =>
      [row.name, row.total_tasks, row.active_tasks, row.completed_tasks, row.failed_tasks].join(' '),
    )
    .sort();

it('a list of tasks is exact, or in doubt', () => {
  fc.assert(
    fc.property(fc.array(report, { maxLength: 60 }), filters, (reports, filter) => {
      const oracle = makeOracle();
      const known = makeKnownTasks(4);
      let list = oracle.list(filter);
      reports.forEach(({ kind, learns, ...fields }, index) => {
        const frame = frameAt(index + 1, kind, fields);
        oracle.take(frame);
        const folded = foldTasks(list, filter, [known.change(frame)], WINDOW);
        const truth = oracle.list(filter);
        if (folded.doubt > 0) {
          list = truth;
          if (learns) known.learn(truth.rows, index + 1);
          return;
        }
        list = folded.data;
        expect(list.total).toBe(truth.total);
        expect(list.rows).toEqual(truth.rows);
      });
    }),
    { numRuns: 2000 },
  );
});

it('the counters of projects are exact, or in doubt', () => {
  fc.assert(
    fc.property(fc.array(report, { maxLength: 60 }), (reports) => {
      const oracle = makeOracle();
      const known = makeKnownTasks(4);
      let list = oracle.projects(0);
      reports.forEach(({ kind, learns, ...fields }, index) => {
        const frame = frameAt(index + 1, kind, fields);
        oracle.take(frame);
        const folded = foldProjects(list, [known.change(frame)]);
        if (folded.doubt > 0) {
          list = oracle.projects(index + 1);
          if (learns) known.learn(oracle.list({ project: undefined, statuses: [] }).rows, index + 1);
          return;
        }
        list = folded.data;
        expect(counters(list)).toEqual(counters(oracle.projects(index + 1)));
      });
    }),
    { numRuns: 2000 },
  );
});
