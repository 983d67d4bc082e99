/** SQL of pages in the order of tasks' latest reports. */
import { beside, orderBy, type PageRequest, type Parameter } from '@att/platform/paging';
import { generationTable, LATEST_LEVELS, type TableName } from '@att/platform/projections';
import { latestOf } from '../task-at.js';
import type { CandidateOptions } from './candidates.js';
import { createdConditions } from './created-between.js';
import type { TaskOrder } from './task-order.js';
import { textConditions } from './text-conditions.js';

/**
 * A walk back through the log (or forth): the reports since the last stretch that is whole, one by one, and before them the
 * tasks of whole stretches, longer ones the further back. What a task was reported on later it is passed over for, so that of each
 * stretch no more is passed over than has tasks. A part of the walk begins where those before it did not fill the page.
 *
 * @param only a condition on all of it
 */
export function latestPage(
  options: CandidateOptions,
  order: TaskOrder,
  page: PageRequest,
  parameter: Parameter,
  only: string,
): string {
  const [limit, offset] = [parameter(page.limit + 1, 'bigint'), parameter(page.offset, 'bigint')];
  const isBackwards = page.cursor?.direction === 'prev';
  const isDescending = order.isDescending !== isBackwards;
  const condition = page.cursor === undefined ? 'true' : beside(order, page.cursor, parameter);
  const wanted = [only, condition, ...conditionsOn(options, parameter)].join(' AND ');
  const parts = partsOf(options, page, isDescending, parameter);
  const walk = (isDescending ? parts : parts.toReversed()).map(({ from, presorted }, index, all) => {
    const before = all.slice(0, index).map((_, n) => `(SELECT count(*) FROM part_${n})`);
    const isWanted = before.length === 0 ? 'true' : `${before.join(' + ')} < ${limit} + ${offset}`;
    const sorted = presorted === undefined ? '' : `${presorted} ${isDescending ? 'DESC' : 'ASC'}, `;
    return `part_${index} AS MATERIALIZED (
          SELECT c.id, c.valid_from AS sort_key ${from} AND ${isWanted} AND ${wanted}
          ORDER BY ${sorted}${orderBy(order, isBackwards)} LIMIT ${limit} + ${offset}
        )`;
  });
  const all = walk.map((_, index) => `SELECT * FROM part_${index}`).join(' UNION ALL ');
  return `
        WITH ${walk.join(',\n        ')}
        SELECT id, sort_key FROM (${all}) c
        ORDER BY sort_key ${isDescending ? 'DESC' : 'ASC'} LIMIT ${limit} OFFSET ${offset}`;
}

interface Part {
  /** `FROM … WHERE …` with the tasks as `c`. */
  from: string;
  /** SQL of what an index has in order, and the order of the tasks follows. */
  presorted?: string;
}

/** Newest first. */
function partsOf(
  { generation, moments }: CandidateOptions,
  { cursor }: PageRequest,
  isDescending: boolean,
  parameter: Parameter,
): Part[] {
  const at = moments.isPast ? '$2::bigint' : '(SELECT at FROM g)';
  const wholeUpTo = (level: number) => LATEST_LEVELS[level]?.sqlWholeUpTo(at) ?? '0';
  const versions = generationTable('task_versions', generation);
  const latest = generationTable('task_latest', generation);
  const until = moments.until('c.valid_from').map((condition) => ` AND ${condition}`);
  const rest: Part = { from: `FROM ${versions} c WHERE c.valid_from > ${wholeUpTo(0)}${until.join('')}` };
  // A level costs time to plan, and one whose stretches are longer than the log has nothing.
  const levels = LATEST_LEVELS.filter(({ size }) => moments.at === null || size <= moments.at);
  // The server refuses a parameter that no level uses.
  const isKeyed = cursor !== undefined && levels.length > 0;
  const key = isKeyed ? parameter(cursor.key[0], 'bigint') : undefined;
  return [
    rest,
    ...levels.map((_, level): Part => {
      const bounds = [
        `r.level = ${level}`,
        `r.oldest > ${wholeUpTo(level + 1)}`,
        `r.oldest <= ${wholeUpTo(level)}`,
      ];
      // Rows of a level do not overlap: those on the other side of the cursor need not be read.
      if (key !== undefined && isDescending) bounds.push(`r.oldest < ${key}`);
      if (key !== undefined && !isDescending)
        bounds.push(`r.oldest >= coalesce((
            SELECT max(oldest) FROM ${latest} WHERE level = ${level} AND oldest <= ${key}), 0)`);
      return {
        from: `FROM ${latest} r CROSS JOIN LATERAL unnest(r.ids, r.positions) AS c (id, valid_from)
          WHERE ${bounds.join(' AND ')}`,
        presorted: 'r.oldest',
      };
    }),
  ];
}

/** SQL conditions on the task `c`: that this is its latest report, and what is filtered by. */
function conditionsOn(options: CandidateOptions, parameter: Parameter): string[] {
  const { generation, moments, filter, created, texts } = options;
  const latest = (table: TableName) => latestOf(table, generation, 'c.id', moments.until('valid_from'));
  const ofSpan: string[] = [];
  if (filter.status !== undefined) ofSpan.push(`o.status = ANY (${parameter(filter.status, 'text[]')})`);
  if (filter.agent !== undefined) ofSpan.push(`o.agent = ${parameter(filter.agent, 'text')}`);
  for (const project of filter.projects) ofSpan.push(`o.project = ${parameter(project, 'text')}`);
  return [
    `c.valid_from = (SELECT valid_from FROM (${latest('task_versions')}) newest)`,
    ...(ofSpan.length === 0
      ? []
      : [`EXISTS (SELECT FROM (${latest('task_spans')}) o WHERE ${ofSpan.join(' AND ')})`]),
    ...createdConditions(created, generation, parameter),
    ...textConditions(options, texts, parameter),
  ];
}
