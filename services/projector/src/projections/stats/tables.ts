import { generationTable } from '@att/platform/projections';
import { outcomesTable } from '../../task-outcomes/index.js';

/** Counts by project and by the task's current agent: totals, and both ways to narrow them, are sums. */
export function tables(generation: number): string {
  return `
    CREATE TABLE ${generationTable('stats', generation)} (
      project         text NOT NULL,
      agent           text NOT NULL,
      total           bigint NOT NULL,
      active          bigint NOT NULL,
      completed       bigint NOT NULL,
      failed          bigint NOT NULL,
      -- Of completed tasks that have a duration: their number, and the sum in whole microseconds, which
      -- unlike a sum of fractions is the same in whatever order tasks come and go.
      durations       bigint NOT NULL,
      duration_micros numeric NOT NULL,
      PRIMARY KEY (project, agent)
    ) WITH (fillfactor = 50);
    ${outcomesTable(generationTable('stats_tasks', generation))}`;
}
