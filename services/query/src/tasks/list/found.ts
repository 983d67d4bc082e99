/** SQL of the tasks that a filter finds, of which no total is kept: counted, and where they are few, listed from. */
import { COUNTED, type Parameter } from '@att/platform/paging';
import { type CandidateOptions, candidates } from './candidates.js';
import { createdConditions } from './created-between.js';
import { isFiltered } from './task-filter.js';
import { idsHolding, probedAll, textPartsOf } from './text-conditions.js';

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
  const words = parts.slice(0, COUNTED_WORDS);
  const texts = words.map((part, word) => idsHolding(options, part, word, parameter, conditionsOn));
  const everyOther = (condition: string) =>
    everyOf(`${candidates(inAnyOrder(options), parameter)} AND ${condition}`);
  if (parts.length === 1 && !isFiltered(options.filter)) {
    // From the texts alone: each is of a task, and to look 5,000 of them up again took longer than to find them.
    const areEnough = `(${probedAll(0)} OR NOT ${isFew('texts_0_counted')})`;
    const ways = `(SELECT id FROM texts_0 WHERE ${areEnough} LIMIT ${COUNTED + 1}) UNION ALL (${everyOther(`NOT ${areEnough}`)})`;
    return [...texts, counted('found', ways)].join(',');
  }
  // The indexes of texts know nothing of other words and filters: where a word is in few tasks, those are gone through; where
  // all are in many, those that the other filters find.
  const others = words.map((_, word) => `NOT (${probedAll(word)} AND ${isFew(`texts_${word}_counted`)})`);
  const ways = words.map((part, word) => {
    const rest = parts.filter((other) => other !== part);
    const tasks = candidates({ ...options, among: `texts_${word}`, texts: rest }, parameter);
    return everyOf(
      [tasks, ...others.slice(0, word), probedAll(word), isFew(`texts_${word}_counted`)].join(' AND '),
    );
  });
  ways.push(everyOther(others.join(' AND ')));
  return [...texts, counted('found', ways.map((way) => `(${way})`).join(' UNION ALL '))].join(',');
}

/** Whatever source has the filters' indexes. */
function inAnyOrder(options: CandidateOptions): CandidateOptions {
  return { ...options, source: 'tasks' };
}

function everyOf(tasks: string): string {
  return `SELECT c.id ${tasks} LIMIT ${COUNTED + 1}`;
}

function counted(name: string, ids: string): string {
  return `
    ${name} AS MATERIALIZED (${ids}),
    counted AS MATERIALIZED (SELECT count(*) AS total FROM ${name})`;
}
