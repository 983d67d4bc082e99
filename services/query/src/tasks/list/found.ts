/** SQL of the tasks that a filter finds, of which no total is kept: counted, and where they are few, listed from. */
import { COUNTED, type Parameter } from '@att/platform/paging';
import { type CandidateOptions, candidates } from './candidates.js';
import { createdConditions } from './created-between.js';
import type { TaskFilter } from './task-filter.js';
import { idsHolding, textPartsOf } from './text-conditions.js';

export const AMONG_FOUND = 'c.id IN (SELECT id FROM found)';
export const FEW_FOUND = isFew('counted');
export const MANY_FOUND = `NOT ${FEW_FOUND}`;

function isFew(count: string): string {
  return `((SELECT total FROM ${count}) <= ${COUNTED})`;
}

/** Words whose tasks are counted, to begin with those of the first that few have. */
const COUNTED_WORDS = 3;

/** `WITH` of them, and of how many they are. In no order: all of them, or as many as tell that there are more than are counted. */
export function found(options: CandidateOptions, parameter: Parameter): string {
  const parts = textPartsOf(options.filter);
  if (parts.length === 0) return counted('found', everyOf(candidates(inAnyOrder(options), parameter)));
  const conditionsOn = (id: string) => createdConditions(options.created, options.generation, parameter, id);
  const texts = parts.slice(0, COUNTED_WORDS).map((part, index) => ({
    name: `texts_${index}`,
    count: `texts_${index}_counted`,
    ids: `
      SELECT DISTINCT id FROM (
        ${idsHolding(options, part, COUNTED + 1, parameter, conditionsOn)}
      ) t LIMIT ${COUNTED + 1}`,
    others: parts.filter((other) => other !== part),
  }));
  const [first] = texts;
  if (parts.length === 1 && first !== undefined && isOfTexts(options.filter))
    return counted('found', first.ids);
  // The indexes of texts know nothing of other words and filters: where a word is in few tasks, those are gone through; where
  // all are in many, those that the other filters find.
  const isMany: string[] = [];
  const ways = texts.map(({ name, count, others }) => {
    const tasks = candidates({ ...inAnyOrder(options), texts: others }, parameter);
    const way = [tasks, `c.id IN (SELECT id FROM ${name})`, ...isMany, isFew(count)].join(' AND ');
    isMany.push(`NOT ${isFew(count)}`);
    return way;
  });
  ways.push([candidates(inAnyOrder(options), parameter), ...isMany].join(' AND '));
  return [
    ...texts.map(({ name, count, ids }) => counted(name, ids, count)),
    counted('found', ways.map((way) => `(${everyOf(way)})`).join(' UNION ALL ')),
  ].join(',');
}

/** From the texts alone: each is of a task, and to look 5,000 of them up again took longer than to find them. */
function isOfTexts({ status, agent, projects }: TaskFilter): boolean {
  return status === undefined && agent === undefined && projects.length === 0;
}

/** Whatever source has the filters' indexes. */
function inAnyOrder(options: CandidateOptions): CandidateOptions {
  return { ...options, source: 'tasks' };
}

function everyOf(tasks: string): string {
  return `SELECT c.id ${tasks} LIMIT ${COUNTED + 1}`;
}

function counted(name: string, ids: string, count = 'counted'): string {
  return `
    ${name} AS MATERIALIZED (${ids}),
    ${count} AS MATERIALIZED (SELECT count(*) AS total FROM ${name})`;
}
