/** SQL of the candidates of a list: tasks that match its filter, by id and sort key, before their details are read. */
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
  /** Name of a CTE of ids; only its tasks are candidates, and each is looked up. */
  among?: string;
  created: CreatedBetween;
}

/** SQL `FROM … WHERE …` with the tasks as `c`. */
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

/** Condition that the column has one of the values. One value needs `=`: an index that begins with the column then keeps the order. */
function anyOf(column: string, values: readonly string[], parameter: Parameter): string {
  return values.length === 1
    ? `${column} = ${parameter(values[0], 'text')}`
    : `${column} = ANY (${parameter(values, 'text[]')})`;
}

/** Source of the candidates: filters by status and agent need spans, as rows of tasks have neither. */
function sourceOf({ among, source, filter }: CandidateOptions): (typeof SOURCES)[RowSource] {
  if (among !== undefined) return SOURCES.among;
  return source === 'spans' || needsSpans(filter) ? SOURCES.spans : SOURCES.tasks;
}

const needsSpans = ({ status, agent }: TaskFilter) => status !== undefined || agent !== undefined;

interface SourceSql {
  from: string;
  /** Conditions that a row is valid at the position. */
  conditions: string[];
  /** SQL of the columns of the filter. */
  status: string;
  agent: string;
  project: string;
}

type RowSource = Exclude<Source, 'latest'> | 'among';

const SOURCES: Record<RowSource, (options: CandidateOptions, parameter: Parameter) => SourceSql> = {
  tasks: ({ generation, readPosition }) => ({
    from: `FROM ${generationTable('tasks', generation)} c`,
    // `c.id` has an index; `c.present_from` excludes the few tasks whose first event took effect late.
    conditions: [...readPosition.upTo('c.id'), ...readPosition.upTo('c.present_from')],
    ...fieldsOf('c'),
  }),
  spans: (options, parameter) => ({ ...spansOf(options, parameter), ...fieldsOf('c') }),
  among: ({ among, generation, readPosition }) => ({
    from: `FROM ${among} a CROSS JOIN LATERAL (${latestOf('task_spans', generation, 'a.id', readPosition.upTo('valid_from'))}) c`,
    conditions: [],
    ...fieldsOf('c'),
  }),
};

const SPAN_COLUMNS = 'id, status, agent, project, title_key, duration_seconds';

/** SQL of the spans that are valid at the position: those that are still open, and ended ones that the position's forks lead to. */
function spansOf(
  { generation, readPosition }: CandidateOptions,
  parameter: Parameter,
): Pick<SourceSql, 'from' | 'conditions'> {
  const spans = generationTable('task_spans', generation);
  if (readPosition.at === null) return { from: `FROM ${spans} c`, conditions: [`c.valid_to = ${OPEN_END}`] };
  const forks = parameter(forksAround(readPosition.at), 'bigint[]');
  return {
    from: `FROM (
          SELECT ${SPAN_COLUMNS} FROM ${spans} WHERE valid_to = ${OPEN_END} AND valid_from <= $2
          UNION ALL
          SELECT ${SPAN_COLUMNS} FROM ${spans}
          WHERE valid_to < ${OPEN_END} AND fork = ANY (${forks}) AND valid_from <= $2 AND valid_to > $2
        ) c`,
    // Redundant condition that lets the indexes begin at the position.
    conditions: readPosition.upTo('c.id'),
  };
}

function fieldsOf(row: string) {
  return { status: `${row}.status`, agent: `${row}.agent`, project: `${row}.project` };
}
