/** SQL of the ids and sort keys of a page of tasks, in order. */
import { keyRanges, type PageRequest, type Parameter } from '@att/platform/paging';
import { latestOf } from '../task-at.js';
import { type CandidateOptions, candidates } from './candidates.js';
import { FEW_FOUND, MANY_FOUND } from './found.js';
import { latestPage } from './latest-page.js';
import type { TaskOrder } from './task-order.js';

/** Every task that the filter lets pass. @param only a condition on all of them */
export function pageOf(
  options: CandidateOptions,
  order: TaskOrder,
  page: PageRequest,
  parameter: Parameter,
  only = 'true',
): string {
  if (order.source === 'latest') return latestPage(options, order, page, parameter, only);
  return pageOfRows(`${candidates(options, parameter)} AND ${only}`, order, page, parameter);
}

/** @param tasks `FROM … WHERE …` with the tasks as `c` */
function pageOfRows(tasks: string, order: TaskOrder, page: PageRequest, parameter: Parameter): string {
  const [limit, offset] = [parameter(page.limit + 1, 'bigint'), parameter(page.offset, 'bigint')];
  const [first = '', second] = keyRanges(order, page.cursor, parameter).map(
    (range) => `
          SELECT c.id, ${order.key} AS sort_key ${tasks} AND ${range.condition}
          ORDER BY ${range.orderBy}`,
  );
  if (second === undefined) return `${first} LIMIT ${limit} OFFSET ${offset}`;
  const numbered = (rows: string) =>
    `SELECT row_number() OVER () AS place, r.* FROM (${rows} LIMIT ${limit} + ${offset}) r`;
  // The second is not even begun where the first fills the page: few rows may be in it, and far apart.
  return `
        WITH first_range AS MATERIALIZED (${numbered(first)}),
        second_range AS (
          SELECT * FROM (${numbered(second)}) s WHERE (SELECT count(*) FROM first_range) < ${limit} + ${offset}
        )
        SELECT id, sort_key FROM (
          SELECT 1 AS range_number, * FROM first_range UNION ALL SELECT 2, * FROM second_range
        ) both_ranges
        ORDER BY range_number, place LIMIT ${limit} OFFSET ${offset}`;
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
  // One of the two is never begun.
  return `
        (${pageOfRows(`${fewOf(options)} AND ${FEW_FOUND}`, order, page, parameter)})
        UNION ALL
        (${pageOf(options, order, page, parameter, MANY_FOUND)})`;
}

/** Of what was found only the key is still to be known. */
function fewOf({ source, generation, moments }: CandidateOptions): string {
  if (source === 'tasks') return 'FROM found c WHERE true';
  const table = source === 'spans' ? 'task_spans' : 'task_versions';
  return `FROM found CROSS JOIN LATERAL (${latestOf(table, generation, 'found.id', moments.until('valid_from'))}) c WHERE true`;
}
