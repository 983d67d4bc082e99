/** SQL of the tasks that a filter finds, of which no total is kept: counted, and where they are few, listed from. */
import { COUNTED, type Parameter } from '@att/platform/paging';
import { type CandidateOptions, candidates } from './candidates.js';
import { createdConditions } from './created-between.js';
import { isFiltered } from './task-filter.js';
import { idsHolding, probedAll, textsHoldingAll } from './text-conditions.js';

export const FEW_FOUND = isFew('counted');
export const MANY_FOUND = `NOT ${FEW_FOUND}`;

function isFew(count: string): string {
  return `((SELECT total FROM ${count}) <= ${COUNTED})`;
}

/** Words whose tasks are counted: the second is for a first that is rare in titles and common in messages. */
const COUNTED_WORDS = 2;

/** `WITH` of them, and of how many they are. In no order: all of them, or as many as tell that there are more than are counted. */
export function found(options: CandidateOptions, parameter: Parameter): string {
  if (options.texts.length === 0)
    return counted('found', everyOf(candidates(inAnyOrder(options), parameter)));
  if (options.texts.length === 1 && !isFiltered(options.filter)) return foundByWord(options, parameter);
  return foundByWords(options, parameter);
}

/** From the texts alone: each is of a task, and to look 5,000 of them up again took longer than to find them. */
function foundByWord(options: CandidateOptions, parameter: Parameter): string {
  const areEnough = `(${probedAll(0)} OR NOT ${isFew('texts_0_counted')})`;
  const ways = `(SELECT id FROM texts_0 WHERE ${areEnough} LIMIT ${COUNTED + 1})
      UNION ALL (${every(options, parameter, [`NOT ${areEnough}`])})`;
  return [...textsOf(options, parameter), counted('found', ways)].join(',');
}

/**
 * The indexes of texts know nothing of other words and filters. Where a word is in few tasks, those are gone through; where all
 * are in many, and so many titles and ids have them all that more need not be counted, those are enough; else those that the other
 * filters find are gone through.
 */
function foundByWords(options: CandidateOptions, parameter: Parameter): string {
  const words = options.texts.slice(0, COUNTED_WORDS);
  const isOfFew = words.map((_, word) => `(${probedAll(word)} AND ${isFew(`texts_${word}_counted`)})`);
  const ways = words.map((part, word) => {
    const texts = options.texts.filter((other) => other !== part);
    const tasks = candidates({ ...options, among: `texts_${word}`, texts }, parameter);
    const others = isOfFew.slice(0, word).map((isOf) => `NOT ${isOf}`);
    return everyOf([tasks, ...others, isOfFew[word]].join(' AND '));
  });
  const isOfNone = isOfFew.map((isOf) => `NOT ${isOf}`);
  const parts = textsOf(options, parameter);
  if (isFiltered(options.filter)) {
    ways.push(every(options, parameter, isOfNone));
  } else {
    const holding = textsHoldingAll(options, parameter, conditionsOn(options, parameter), isOfNone);
    parts.push(counted('holding', holding, 'holding_counted'));
    ways.push(`SELECT id FROM holding WHERE NOT ${isFew('holding_counted')}`);
    ways.push(every(options, parameter, [...isOfNone, isFew('holding_counted')]));
  }
  return [...parts, counted('found', ways.map((way) => `(${way})`).join(' UNION ALL '))].join(',');
}

function textsOf(options: CandidateOptions, parameter: Parameter): string[] {
  return options.texts
    .slice(0, COUNTED_WORDS)
    .map((part, word) => idsHolding(options, part, word, parameter, conditionsOn(options, parameter)));
}

function conditionsOn({ created, generation }: CandidateOptions, parameter: Parameter) {
  return (id: string) => createdConditions(created, generation, parameter, id);
}

function every(options: CandidateOptions, parameter: Parameter, conditions: readonly string[]): string {
  return everyOf([candidates(inAnyOrder(options), parameter), ...conditions].join(' AND '));
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
