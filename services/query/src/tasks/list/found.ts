/** SQL of the tasks that a filter finds, of which no total is kept: counted, and where they are few, listed from. */
import { COUNTED, type Parameter } from '@att/platform/paging';
import { generationTable } from '@att/platform/projections';
import { type CandidateOptions, candidates, idConditions } from './candidates.js';
import { textExists, textHolds, textPartsOf } from './text-conditions.js';

/** A task has one title, one id and one message at a time. */
const TEXTS_OF_TASK = 3;

export const AMONG_FOUND = 'c.id IN (SELECT id FROM found)';
export const FEW_FOUND = `(SELECT total FROM counted) <= ${COUNTED}`;
export const MANY_FOUND = `(SELECT total FROM counted) > ${COUNTED}`;

/** `WITH` of them, and of how many they are. */
export function found(options: CandidateOptions, parameter: Parameter): string {
  return `
    found AS MATERIALIZED (${idsOf(options, parameter)}),
    counted AS MATERIALIZED (SELECT count(*) AS total FROM found)`;
}

/** In no order: all of them, or as many as tell that there are more than are counted. */
function idsOf(options: CandidateOptions, parameter: Parameter): string {
  const { status, agent, projects } = options.filter;
  const isOfTexts = status === undefined && agent === undefined && projects.length === 0;
  // No order to keep: whatever source has the filters' indexes.
  const ids = (isOfTexts ? ofTexts(options, parameter) : undefined) ?? {
    sql: `SELECT c.id ${candidates({ ...options, source: 'tasks' }, parameter)}`,
    perTask: 1,
  };
  const bounded = `${ids.sql} LIMIT ${ids.perTask * COUNTED + 1}`;
  return ids.perTask === 1 ? bounded : `SELECT DISTINCT id FROM (${bounded}) t LIMIT ${COUNTED + 1}`;
}

/** From the texts alone: each is of a task, and to look 5,000 of them up again took longer than to find them. */
function ofTexts(options: CandidateOptions, parameter: Parameter) {
  const [first, ...others] = textPartsOf(options.filter);
  if (first === undefined) return undefined;
  const conditions = [
    ...textHolds('c', options, first, parameter),
    ...idConditions(options, parameter),
    ...others.map((part) => textExists(options, part, parameter)),
  ];
  const texts = generationTable('task_texts', options.generation);
  const sql = `SELECT c.id FROM ${texts} c WHERE ${conditions.join(' AND ')}`;
  return { sql, perTask: first.isOfTitle ? 1 : TEXTS_OF_TASK };
}
