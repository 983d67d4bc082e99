/** SQL of pages in the order of tasks' latest reports (`sort=updated`). */
import { beside, orderBy, type PageRequest, type Parameter } from '@att/platform/paging';
import { generationTable, LATEST_LEVELS, type TableName } from '@att/platform/projections';
import { latestOf } from '../task-at.js';
import type { CandidateOptions } from './candidates.js';
import { createdConditions } from './created-between.js';
import type { TaskOrder } from './task-order.js';
import { textConditions } from './text-conditions.js';

/**
 * SQL that walks the log backwards (or forwards): first the reports since the last complete chunk, one by one, then the tasks of
 * complete chunks, which are longer the further back they are. A task is skipped where it was reported on later, so a chunk has no
 * more skipped rows than tasks. A part of the walk is read only where the parts before it do not fill the page.
 *
 * @param only condition on all rows
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
  /** SQL `FROM … WHERE …` with the tasks as `c`. */
  from: string;
  /** SQL of an indexed column that the order of the tasks follows. */
  presorted?: string;
}

/** Parts of the walk, newest first. */
function partsOf(
  { generation, readPosition }: CandidateOptions,
  { cursor }: PageRequest,
  isDescending: boolean,
  parameter: Parameter,
): Part[] {
  const at = readPosition.isPast ? '$2::bigint' : '(SELECT at FROM g)';
  const wholeUpTo = (level: number) => LATEST_LEVELS[level]?.sqlWholeUpTo(at) ?? '0';
  const versions = generationTable('task_versions', generation);
  const latest = generationTable('task_latest', generation);
  const upTo = readPosition.upTo('c.valid_from').map((condition) => ` AND ${condition}`);
  const rest: Part = { from: `FROM ${versions} c WHERE c.valid_from > ${wholeUpTo(0)}${upTo.join('')}` };
  // A level whose chunks are longer than the log is empty, and costs time to plan.
  const levels = LATEST_LEVELS.filter(({ size }) => readPosition.at === null || size <= readPosition.at);
  // A parameter is added only where a level uses it: the server refuses unused ones.
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
      // Chunks of a level do not overlap, so those on the other side of the cursor are not read.
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

/** SQL conditions on the task `c`: this is its latest report, and it matches the filter. */
function conditionsOn(options: CandidateOptions, parameter: Parameter): string[] {
  const { generation, readPosition, filter, created, texts } = options;
  const latest = (table: TableName) => latestOf(table, generation, 'c.id', readPosition.upTo('valid_from'));
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
