/** SQL of the tasks that a list goes through, by id and sort key, before their details are fetched. */
import type { Parameter } from '@att/platform/paging';
import { generationTable } from '@att/platform/projections';
import type { Moments } from '../../read-model/snapshot.js';
import { type CreatedBetween, createdConditions } from './created-between.js';
import type { TaskFilter } from './task-filter.js';
import type { Source } from './task-order.js';
import { type TextPart, textConditions, textPartsOf } from './text-conditions.js';

export interface CandidateOptions {
  generation: number;
  moments: Moments;
  source: Source;
  filter: TaskFilter;
  /** The parts of texts that are looked for; those of the filter where absent. */
  texts?: readonly TextPart[];
  created: CreatedBetween;
}

/** `FROM … WHERE …` with the tasks as `c`. */
export function candidates(options: CandidateOptions, parameter: Parameter): string {
  const source = sourceOf(options);
  const { from, conditions, status, agent, project } = SOURCES[source](options);
  const { filter } = options;
  const wanted = [...conditions];
  if (filter.status !== undefined) wanted.push(anyOf(status, filter.status, parameter));
  if (filter.agent !== undefined) wanted.push(`${agent} = ${parameter(filter.agent, 'text')}`);
  for (const name of filter.projects) wanted.push(`${project} = ${parameter(name, 'text')}`);
  wanted.push(...createdConditions(options.created, options.generation, parameter));
  const texts = options.texts ?? textPartsOf(filter);
  wanted.push(...textConditions(options, texts, parameter));
  return `${from} WHERE ${wanted.length === 0 ? 'true' : wanted.join(' AND ')}`;
}

/** An index that begins with the column keeps its order for one value alone: a list of one would be sorted whole. */
function anyOf(column: string, values: readonly string[], parameter: Parameter): string {
  return values.length === 1
    ? `${column} = ${parameter(values[0], 'text')}`
    : `${column} = ANY (${parameter(values, 'text[]')})`;
}

/** The rows of tasks know neither status nor agent. */
function sourceOf({ source, filter }: CandidateOptions): Source {
  return source === 'tasks' && isOfSpans(filter) ? 'spans' : source;
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

const SOURCES: Record<Source, (options: CandidateOptions) => SourceSql> = {
  tasks: ({ generation, moments }) => ({
    from: `FROM ${generationTable('tasks', generation)} c`,
    // The first by index; the other is of the few whose first event took effect late.
    conditions: [...moments.until('c.id'), ...moments.until('c.present_from')],
    ...fieldsOf('c'),
  }),
  spans: ({ generation, moments }) => ({
    from: `FROM ${generationTable('task_spans', generation)} c`,
    // The first follows from the others, and lets the indexes begin at the position.
    conditions: [...moments.until('c.id'), ...moments.within('c.valid_from', 'c.valid_to')],
    ...fieldsOf('c'),
  }),
  // They have the order; what they are filtered by is where an index has it.
  versions({ generation, moments, filter }) {
    const versions = generationTable('task_versions', generation);
    const inSpans = isOfSpans(filter);
    const needsJoin = inSpans || filter.projects.length > 0;
    const beside = generationTable(inSpans ? 'task_spans' : 'tasks', generation);
    const later = ['l.id = c.id', 'l.valid_from > c.valid_from', ...moments.until('l.valid_from')];
    return {
      from: `FROM ${versions} c ${needsJoin ? `JOIN ${beside} o ON o.id = c.id` : ''}`,
      conditions: [
        ...(inSpans ? moments.within('o.valid_from', 'o.valid_to') : []),
        ...moments.until('c.valid_from'),
        `NOT EXISTS (SELECT FROM ${versions} l WHERE ${later.join(' AND ')})`,
      ],
      ...fieldsOf('o'),
    };
  },
};

function fieldsOf(row: string) {
  return { status: `${row}.status`, agent: `${row}.agent`, project: `${row}.project` };
}
