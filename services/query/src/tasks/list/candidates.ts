/** SQL of the tasks that a list goes through, by id and sort key, before their details are fetched. */
import type { Parameter } from '@att/platform/paging';
import { forksAround, generationTable, OPEN_END } from '@att/platform/projections';
import { latestOf } from '../task-at.js';
import { type CreatedBetween, createdConditions } from './created-between.js';
import type { TaskFilter } from './task-filter.js';
import type { Source } from './task-order.js';
import { type TextOptions, textConditions } from './text-conditions.js';

export interface CandidateOptions extends TextOptions {
  source: Source;
  filter: TaskFilter;
  /** Name of a CTE of ids that the tasks are among: each is looked up, however many there are beside them. */
  among?: string;
  created: CreatedBetween;
}

/** `FROM … WHERE …` with the tasks as `c`. */
export function candidates(options: CandidateOptions, parameter: Parameter): string {
  const { from, conditions, status, agent, project } = sourceOf(options)(options, parameter);
  const { filter } = options;
  const wanted = [...conditions];
  if (filter.status !== undefined) wanted.push(anyOf(status, filter.status, parameter));
  if (filter.agent !== undefined) wanted.push(`${agent} = ${parameter(filter.agent, 'text')}`);
  for (const name of filter.projects) wanted.push(`${project} = ${parameter(name, 'text')}`);
  wanted.push(...createdConditions(options.created, options.generation, parameter));
  wanted.push(...textConditions(options, options.texts, parameter));
  return `${from} WHERE ${wanted.length === 0 ? 'true' : wanted.join(' AND ')}`;
}

/** An index that begins with the column keeps its order for one value alone: a list of one would be sorted whole. */
function anyOf(column: string, values: readonly string[], parameter: Parameter): string {
  return values.length === 1
    ? `${column} = ${parameter(values[0], 'text')}`
    : `${column} = ANY (${parameter(values, 'text[]')})`;
}

/** The rows of tasks know neither status nor agent. */
function sourceOf({ among, source, filter }: CandidateOptions): (typeof SOURCES)[RowSource] {
  if (among !== undefined) return SOURCES.among;
  return source === 'spans' || isOfSpans(filter) ? SOURCES.spans : SOURCES.tasks;
}

const isOfSpans = ({ status, agent }: TaskFilter) => status !== undefined || agent !== undefined;

interface SourceSql {
  from: string;
  /** What makes a row the one that holds at the position. */
  conditions: string[];
  /** SQL of what is filtered by. */
  status: string;
  agent: string;
  project: string;
}

type RowSource = Exclude<Source, 'latest'> | 'among';

const SOURCES: Record<RowSource, (options: CandidateOptions, parameter: Parameter) => SourceSql> = {
  tasks: ({ generation, moments }) => ({
    from: `FROM ${generationTable('tasks', generation)} c`,
    // The first by index; the other is of the few whose first event took effect late.
    conditions: [...moments.until('c.id'), ...moments.until('c.present_from')],
    ...fieldsOf('c'),
  }),
  spans: (options, parameter) => ({ ...spansOf(options, parameter), ...fieldsOf('c') }),
  among: ({ among, generation, moments }) => ({
    from: `FROM ${among} a CROSS JOIN LATERAL (${latestOf('task_spans', generation, 'a.id', moments.until('valid_from'))}) c`,
    conditions: [],
    ...fieldsOf('c'),
  }),
};

const SPAN_COLUMNS = 'id, status, agent, project, title_key, duration_seconds';

/** Spans of the position: all that are open still, and of ended ones those that its forks lead to. */
function spansOf(
  { generation, moments }: CandidateOptions,
  parameter: Parameter,
): Pick<SourceSql, 'from' | 'conditions'> {
  const spans = generationTable('task_spans', generation);
  if (moments.at === null) return { from: `FROM ${spans} c`, conditions: [`c.valid_to = ${OPEN_END}`] };
  const forks = parameter(forksAround(moments.at), 'bigint[]');
  return {
    from: `FROM (
          SELECT ${SPAN_COLUMNS} FROM ${spans} WHERE valid_to = ${OPEN_END} AND valid_from <= $2
          UNION ALL
          SELECT ${SPAN_COLUMNS} FROM ${spans}
          WHERE valid_to < ${OPEN_END} AND fork = ANY (${forks}) AND valid_from <= $2 AND valid_to > $2
        ) c`,
    // It follows from the others, and lets the indexes begin at the position.
    conditions: moments.until('c.id'),
  };
}

function fieldsOf(row: string) {
  return { status: `${row}.status`, agent: `${row}.agent`, project: `${row}.project` };
}
