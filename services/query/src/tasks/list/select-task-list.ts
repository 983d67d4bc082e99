import { summaryOf, type TaskSummary } from '@att/contracts';
import type { Keyed, PageRequest, Parameter } from '@att/platform/paging';
import { generationTable, heldAt } from '@att/platform/projections';
import type { Select } from '../../read-model/read-model.js';
import {
  AT_POSITION,
  type Joined,
  readPositionOf,
  SNAPSHOT_COLUMNS,
  type SnapshotRow,
  snapshotOf,
} from '../../read-model/snapshot.js';
import { joinState, summary } from '../task-at.js';
import { fieldsOf, type TaskSummaryRow } from '../task-row.js';
import type { CandidateOptions } from './candidates.js';
import { matches } from './matches.js';
import { pageOf, pageOfMatches } from './page-of-tasks.js';
import { rarestFirst } from './rarest-first.js';
import { isFiltered, type TaskFilter } from './task-filter.js';
import type { TaskOrder } from './task-order.js';
import { type TextPart, textPartsOf } from './text-parts.js';

export interface TaskListRequest {
  /** Project of the path; undefined for the lists of all projects. */
  project: string | undefined;
  filter: TaskFilter;
  order: TaskOrder;
  page: PageRequest;
  created: CandidateOptions['created'];
}

export interface ListedTask extends Keyed {
  task: TaskSummary;
}

export interface TaskList {
  /** Rows, one more than the limit where there are more; a page before a row is in reverse order. */
  rows: ListedTask[];
  total: number;
  isExact: boolean;
  projectExists: boolean;
}

type Row = SnapshotRow & { total: number; project_exists: boolean } & Joined<
    TaskSummaryRow & { sort_key: string | number | null }
  >;

/** Page of tasks: rows, total and position from one snapshot. */
export function selectTaskList(request: TaskListRequest): Select<TaskList> {
  return async (reader, generation, at) => {
    const texts = await rarestFirst(reader, generation, textPartsOf(request.filter));
    const { text, values, isExact } = listStatement(request, texts, generation, at);
    // Unnamed, so planned each time: the best index depends on how many tasks a word or a status matches.
    const rows = await reader.query<Row>({ text, values });
    const first = rows[0];
    if (first === undefined) return undefined;
    const found = rows.filter((row) => row.id !== null) as unknown as (TaskSummaryRow & {
      sort_key: string | number | null;
    })[];
    return snapshotOf(first, {
      rows: found.map((row): ListedTask => ({ key: [row.sort_key, row.id], task: summaryOf(fieldsOf(row)) })),
      total: first.total,
      isExact,
      projectExists: first.project_exists,
    });
  };
}

function listStatement(
  request: TaskListRequest,
  texts: readonly TextPart[],
  generation: number,
  at: number | null,
) {
  const { project, filter, order, page, created } = request;
  const values: unknown[] = [generation, at];
  const parameter: Parameter = (value, type) => `$${values.push(value)}::${type}`;
  const readPosition = readPositionOf(at);
  const options = { generation, readPosition, source: order.source, filter, texts, created };
  const exact = exactTotal(options, parameter);
  // Indexes of the order of latest reports have no filter columns: a rare match would be looked for in all tasks.
  const pagesMatches = exact === undefined || (order.source === 'latest' && isFiltered(filter));
  const rows = pagesMatches
    ? pageOfMatches(options, order, page, parameter)
    : pageOf(options, order, page, parameter);
  const text = `
    WITH g AS (${AT_POSITION}),
    ${pagesMatches ? `${matches(options, parameter)},` : ''}
    page AS MATERIALIZED (
      SELECT row_number() OVER () AS ordinal, s.*
      FROM g
      CROSS JOIN LATERAL (${rows}) s
    )
    SELECT ${SNAPSHOT_COLUMNS}, n.total, ${projectExists(project, options, parameter)} AS project_exists, t.*
    FROM g
    CROSS JOIN LATERAL (${exact ?? 'SELECT total FROM counted'}) n
    LEFT JOIN LATERAL (
      SELECT f.ordinal, f.sort_key, d.*
      FROM page f
      CROSS JOIN LATERAL (${details(options)}) d
    ) t ON true
    ORDER BY t.ordinal`;
  return { text, values, isExact: exact !== undefined };
}

function projectExists(
  project: string | undefined,
  { generation, readPosition }: CandidateOptions,
  parameter: Parameter,
): string {
  if (project === undefined) return 'true';
  const conditions = [`p.project = ${parameter(project, 'text')}`, ...readPosition.upTo('p.present_from')];
  return `EXISTS (SELECT FROM ${generationTable('tasks', generation)} p WHERE ${conditions.join(' AND ')})`;
}

/** SQL of the task of `f.id` as it was at the position. */
function details({ generation, readPosition }: CandidateOptions): string {
  return `
        SELECT ${summary(generation)}
        FROM ${generationTable('tasks', generation)} o${joinState(generation, readPosition.upTo('valid_from'))}
        WHERE o.id = f.id`;
}

/** SQL of an exact total, which is kept for everything, one project, one agent, or some statuses; undefined for other filters. */
function exactTotal(
  { generation, filter, texts, created }: CandidateOptions,
  parameter: Parameter,
): string | undefined {
  const { status, agent, projects } = filter;
  if (texts.length > 0 || created.from !== undefined || created.to !== undefined) return undefined;
  const kept: [kind: string, values: readonly string[]][] = [];
  if (status !== undefined) kept.push(['status', status]);
  if (agent !== undefined) kept.push(['agent', [agent]]);
  if (projects.length > 0) kept.push(['project', projects]);
  const [kind, values] = kept[0] ?? ['all', ['']];
  // A list that names two projects has no tasks, and no kept total.
  if (kept.length > 1 || projects.length > 1) return undefined;
  const key = `kind = ${parameter(kind, 'text')} AND value = w.value`;
  return `
      SELECT coalesce(sum(k.total), 0)::bigint AS total
      FROM unnest(${parameter(values, 'text[]')}) AS w (value)
      CROSS JOIN LATERAL (${heldAt({ table: 'task_counts', generation, key, at: 'g.at' })}
      ) k`;
}
