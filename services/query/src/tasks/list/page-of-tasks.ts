/** SQL of a page of tasks: ids and sort keys, in order. */
import { keyRanges, type PageRequest, type Parameter } from '@att/platform/paging';
import { latestOf } from '../task-at.js';
import { type CandidateOptions, candidates } from './candidates.js';
import { latestPage } from './latest-page.js';
import { IS_COUNTED, IS_NOT_COUNTED } from './matches.js';
import type { TaskOrder } from './task-order.js';

/** Page of the tasks that match the filter. @param only condition on all of them */
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

/** @param tasks SQL `FROM … WHERE …` with the tasks as `c` */
function pageOfRows(tasks: string, order: TaskOrder, page: PageRequest, parameter: Parameter): string {
  const [limit, offset] = [parameter(page.limit + 1, 'bigint'), parameter(page.offset, 'bigint')];
  const [first = '', second] = keyRanges(order, page.cursor, parameter).map(
    (range) => `
          SELECT c.id, ${order.key} AS sort_key ${tasks} AND ${range.condition}
          ORDER BY ${range.orderBy}`,
  );
  if (second === undefined) return `${first} LIMIT ${limit} OFFSET ${offset}`;
  const numbered = (rows: string) =>
    `SELECT row_number() OVER () AS ordinal, r.* FROM (${rows} LIMIT ${limit} + ${offset}) r`;
  // The second range is not read where the first fills the page: it may have few rows, far apart.
  return `
        WITH first_range AS MATERIALIZED (${numbered(first)}),
        second_range AS (
          SELECT * FROM (${numbered(second)}) s WHERE (SELECT count(*) FROM first_range) < ${limit} + ${offset}
        )
        SELECT id, sort_key FROM (
          SELECT 1 AS range_number, * FROM first_range UNION ALL SELECT 2, * FROM second_range
        ) both_ranges
        ORDER BY range_number, ordinal LIMIT ${limit} OFFSET ${offset}`;
}

/**
 * Page of the CTE `matches`. Where all matches are counted, they are sorted. Where there are more, they are so many that the index
 * of the order soon comes to a page of them.
 */
export function pageOfMatches(
  options: CandidateOptions,
  order: TaskOrder,
  page: PageRequest,
  parameter: Parameter,
): string {
  // Only one of the two is executed.
  return `
        (${pageOfRows(`${matchesWithKey(options)} AND ${IS_COUNTED}`, order, page, parameter)})
        UNION ALL
        (${pageOf(options, order, page, parameter, IS_NOT_COUNTED)})`;
}

/** SQL of the matches with the columns of their sort key. */
function matchesWithKey({ source, generation, readPosition }: CandidateOptions): string {
  if (source === 'tasks') return 'FROM matches c WHERE true';
  const table = source === 'spans' ? 'task_spans' : 'task_versions';
  return `FROM matches CROSS JOIN LATERAL (${latestOf(table, generation, 'matches.id', readPosition.upTo('valid_from'))}) c WHERE true`;
}
