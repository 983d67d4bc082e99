/** Property of every fold: where it says that its list is exact, REST would answer with the same list. */
import { WEBHOOK_KINDS } from '@att/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeKnownTasks } from '../live/make-known-tasks';
import { frameAt } from '../testing/frames';
import { countersOf, makeOracle } from '../testing/oracle';
import { foldProjects } from './project-list';
import { foldTasks, type TaskFilter } from './task-list';

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

it('a list of tasks is exact, or says that it is not', () => {
  fc.assert(
    fc.property(fc.array(report, { maxLength: 60 }), filters, (reports, filter) => {
      const oracle = makeOracle();
      const known = makeKnownTasks(4);
      let list = oracle.list(filter, WINDOW);
      reports.forEach(({ kind, learns, ...fields }, index) => {
        const frame = frameAt(index + 1, kind, fields);
        oracle.take(frame);
        const folded = foldTasks(list, filter, [known.change(frame)], WINDOW);
        const truth = oracle.list(filter, WINDOW);
        if (folded.inexactAt > 0) {
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

it('the counters of projects are exact, or say that they are not', () => {
  fc.assert(
    fc.property(fc.array(report, { maxLength: 60 }), (reports) => {
      const oracle = makeOracle();
      const known = makeKnownTasks(4);
      let list = oracle.projects(0);
      reports.forEach(({ kind, learns, ...fields }, index) => {
        const frame = frameAt(index + 1, kind, fields);
        oracle.take(frame);
        const folded = foldProjects(list, [known.change(frame)]);
        if (folded.inexactAt > 0) {
          list = oracle.projects(index + 1);
          if (learns) known.learn(oracle.list({ project: undefined, statuses: [] }, WINDOW).rows, index + 1);
          return;
        }
        list = folded.data;
        expect(countersOf(list)).toEqual(countersOf(oracle.projects(index + 1)));
      });
    }),
    { numRuns: 2000 },
  );
});
