/** SQL of the ids and sort keys of a page of tasks, in order. */
import { type PageRequest, type Parameter, stretches } from '@att/platform/paging';
import { type CandidateOptions, candidates } from './candidates.js';
import { AMONG_FOUND, FEW_FOUND, MANY_FOUND } from './found.js';
import { EVERY_TASK } from './task-filter.js';
import type { TaskOrder } from './task-order.js';

/** @param tasks `FROM … WHERE …` with the tasks as `c` */
export function pageOf(tasks: string, order: TaskOrder, page: PageRequest, parameter: Parameter): string {
  const [limit, offset] = [parameter(page.limit + 1, 'bigint'), parameter(page.offset, 'bigint')];
  const [first = '', second] = stretches(order, page.cursor, parameter).map(
    (stretch) => `
          SELECT c.id, ${order.key} AS sort_key ${tasks} AND ${stretch.condition}
          ORDER BY ${stretch.orderBy}`,
  );
  if (second === undefined) return `${first} LIMIT ${limit} OFFSET ${offset}`;
  const numbered = (rows: string) =>
    `SELECT row_number() OVER () AS place, r.* FROM (${rows} LIMIT ${limit} + ${offset}) r`;
  // The second is not even begun where the first fills the page: few rows may be in it, and far apart.
  return `
        WITH first_stretch AS MATERIALIZED (${numbered(first)}),
        second_stretch AS (
          SELECT * FROM (${numbered(second)}) s WHERE (SELECT count(*) FROM first_stretch) < ${limit} + ${offset}
        )
        SELECT id, sort_key FROM (
          SELECT 1 AS stretch, * FROM first_stretch UNION ALL SELECT 2, * FROM second_stretch
        ) both_stretches
        ORDER BY stretch, place LIMIT ${limit} OFFSET ${offset}`;
}

/**
 * Of the tasks that were found. A few are sorted; where there are more than are counted, a page of them is not far
 * to go in the order's own index.
 */
export function pageOfFound(
  options: CandidateOptions,
  order: TaskOrder,
  page: PageRequest,
  parameter: Parameter,
): string {
  const many = `${candidates(options, parameter)} AND ${MANY_FOUND}`;
  // One of the two is never begun.
  return `
        (${pageOf(`${fewOf(options, parameter)} AND ${FEW_FOUND}`, order, page, parameter)})
        UNION ALL
        (${pageOf(many, order, page, parameter)})`;
}

/** Of what was found only the key is still to be known. */
function fewOf(options: CandidateOptions, parameter: Parameter): string {
  if (options.source === 'tasks') return 'FROM found c WHERE true';
  const unfiltered = { ...options, filter: EVERY_TASK, created: { from: undefined, to: undefined } };
  return `${candidates(unfiltered, parameter)} AND ${AMONG_FOUND}`;
}
