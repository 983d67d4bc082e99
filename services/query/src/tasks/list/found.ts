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

/** `WITH` of them, and of how many they are. In no order: all of them, or as many as tell that there are more than are counted. */
export function found(options: CandidateOptions, parameter: Parameter): string {
  const [first, ...others] = textPartsOf(options.filter);
  if (first === undefined) return counted('found', everyOf(candidates(inAnyOrder(options), parameter)));
  const conditionsOn = (id: string) => createdConditions(options.created, options.generation, parameter, id);
  const texts = `
      SELECT DISTINCT id FROM (
        ${idsHolding(options, first, COUNTED + 1, parameter, conditionsOn)}
      ) t LIMIT ${COUNTED + 1}`;
  if (others.length === 0 && isOfTexts(options.filter)) return counted('found', texts);
  // The indexes of texts know nothing of other filters: where a part is in few tasks, those are gone through; where it is
  // in many, those that the other filters find.
  const withoutFirst = { ...inAnyOrder(options), texts: others };
  const ofFew = `${candidates(withoutFirst, parameter)} AND c.id IN (SELECT id FROM texts) AND ${isFew('texts_counted')}`;
  const ofMany = `${candidates(inAnyOrder(options), parameter)} AND NOT ${isFew('texts_counted')}`;
  return `
    ${counted('texts', texts, 'texts_counted')},
    ${counted('found', `(${everyOf(ofFew)}) UNION ALL (${everyOf(ofMany)})`)}`;
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
