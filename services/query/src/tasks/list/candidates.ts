/** SQL of the tasks that a list goes through, by id and sort key, before their details are fetched. */

import type { Parameter } from '@att/platform/paging';
import { generationTable } from '@att/platform/projections';
import type { TaskFilter } from './task-filter.js';
import type { Source } from './task-order.js';

export interface CandidateOptions {
  generation: number;
  /** True when the list is read at a position of the past. */
  isPast: boolean;
  source: Source;
  filter: TaskFilter;
  /** Positions that the first events of tasks must lie between, both included. */
  ids: { from: number | undefined; to: number | undefined };
}

/** `FROM … WHERE …` with the tasks as `c`, beside `g` with the position `at` that is read at. */
export function candidates(options: CandidateOptions, parameter: Parameter): string {
  const source = sourceOf(options);
  const conditions = [
    ...PRESENCE[source](options),
    ...sameConditions(options, source, parameter),
    ...textConditions(options, parameter),
  ];
  return `${FROM[source](options)} WHERE ${conditions.join(' AND ')}`;
}

/** At a position of the past, the current rows know neither status nor agent. */
export function sourceOf({
  isPast,
  source,
  filter,
}: Pick<CandidateOptions, 'isPast' | 'source' | 'filter'>): Source {
  const needsPast = filter.status !== undefined || filter.agent !== undefined;
  return source === 'tasks' && isPast && needsPast ? 'spans' : source;
}

const table = (name: string, { generation }: CandidateOptions) => generationTable(name, generation);

const FROM: Record<Source, (options: CandidateOptions) => string> = {
  tasks: (options) => `FROM ${table('tasks', options)} c`,
  spans: (options) => `FROM ${table('task_spans', options)} c`,
  versions: (options) =>
    `FROM ${table('task_versions', options)} c JOIN ${table('tasks', options)} o ON o.id = c.id`,
};

/** What makes a row the one that holds at the position. */
const PRESENCE: Record<Source, (options: CandidateOptions) => string[]> = {
  tasks: () => ['c.id <= g.at'],
  spans: () => ['c.valid_from <= g.at', 'c.valid_to > g.at'],
  versions: (options) => [
    'c.valid_from <= g.at',
    `NOT EXISTS (
             SELECT FROM ${table('task_versions', options)} l
             WHERE l.id = c.id AND l.valid_from > c.valid_from AND l.valid_from <= g.at)`,
  ],
};

function sameConditions(
  { filter: { status, agent, projects }, ids }: CandidateOptions,
  source: Source,
  parameter: Parameter,
): string[] {
  const conditions: string[] = [];
  const project = source === 'versions' ? 'o.project' : 'c.project';
  if (status !== undefined) {
    conditions.push(
      status.length === 1
        ? `c.status = ${parameter(status[0], 'text')}`
        : `c.status = ANY (${parameter(status, 'text[]')})`,
    );
  }
  if (agent !== undefined) conditions.push(`c.agent = ${parameter(agent, 'text')}`);
  for (const name of projects) conditions.push(`${project} = ${parameter(name, 'text')}`);
  if (ids.from !== undefined) conditions.push(`c.id >= ${parameter(ids.from, 'bigint')}`);
  if (ids.to !== undefined) conditions.push(`c.id <= ${parameter(ids.to, 'bigint')}`);
  return conditions;
}

/** Each part must be in one of the task's texts as they were at the position. */
function textConditions(options: CandidateOptions, parameter: Parameter): string[] {
  const { textParts, titleParts } = options.filter;
  return [
    ...textParts.map((part) => `x.text LIKE ${parameter(pattern(part), 'text')}`),
    ...titleParts.map((part) => `x.text LIKE ${parameter(pattern(part), 'text')} AND x.field = 'title'`),
  ].map((condition) => textExists(options, condition));
}

function textExists(options: CandidateOptions, condition: string): string {
  const texts = table('task_texts', options);
  return `EXISTS (
      SELECT FROM ${texts} x
      WHERE x.id = c.id AND x.valid_from <= g.at AND ${condition}
        AND NOT EXISTS (
          SELECT FROM ${texts} l
          WHERE l.id = x.id AND l.field = x.field AND l.valid_from > x.valid_from AND l.valid_from <= g.at))`;
}

/** The part anywhere; nothing in it is a wildcard. */
function pattern(part: string): string {
  return `%${part.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
