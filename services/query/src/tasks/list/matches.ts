/** SQL of the tasks that match a filter without a kept total: they are counted, up to a limit, and listed from where all are counted. */
import { COUNT_LIMIT, type Parameter } from '@att/platform/paging';
import { type CandidateOptions, candidates } from './candidates.js';
import { createdConditions } from './created-between.js';
import { isFiltered } from './task-filter.js';
import { idsHolding, probedAll, textsHoldingAll } from './text-conditions.js';

/** SQL that is true when `matches` has all tasks that match, and not one more than the limit. */
export const IS_COUNTED = isWithinLimit('counted');
export const IS_NOT_COUNTED = `NOT ${IS_COUNTED}`;

function isWithinLimit(count: string): string {
  return `((SELECT total FROM ${count}) <= ${COUNT_LIMIT})`;
}

/** Words that are looked up by index. The second is for a first one that is rare in titles and common in messages. */
const PROBED_WORDS = 2;

/** CTEs `matches`, in no order and with at most one id more than the limit, and `counted`, which has their number. */
export function matches(options: CandidateOptions, parameter: Parameter): string {
  if (options.texts.length === 0)
    return withCount('matches', limitedIds(candidates(inAnyOrder(options), parameter)));
  if (options.texts.length === 1 && !isFiltered(options.filter)) return matchesOfWord(options, parameter);
  return matchesOfWords(options, parameter);
}

/** CTEs for one word without a filter. The texts are enough: to look 5,000 of their tasks up again took longer than to find them. */
function matchesOfWord(options: CandidateOptions, parameter: Parameter): string {
  const areEnough = `(${probedAll(0)} OR NOT ${isWithinLimit('texts_0_counted')})`;
  const ids = `(SELECT id FROM texts_0 WHERE ${areEnough} LIMIT ${COUNT_LIMIT + 1})
      UNION ALL (${idsByFilter(options, parameter, [`NOT ${areEnough}`])})`;
  return [...textsOf(options, parameter), withCount('matches', ids)].join(',');
}

/**
 * CTEs for several words, or a word and a filter. The indexes of texts know nothing of other words and filters, so one of three ways
 * is taken, by conditions of which one is true: the tasks of a word that few tasks have; tasks whose title and id have all words, where
 * these alone are more than the limit; else the tasks that match the filter.
 */
function matchesOfWords(options: CandidateOptions, parameter: Parameter): string {
  const words = options.texts.slice(0, PROBED_WORDS);
  const isRare = words.map((_, word) => `(${probedAll(word)} AND ${isWithinLimit(`texts_${word}_counted`)})`);
  const ways = words.map((part, word) => {
    const texts = options.texts.filter((other) => other !== part);
    const tasks = candidates({ ...options, among: `texts_${word}`, texts }, parameter);
    const noneBefore = isRare.slice(0, word).map((condition) => `NOT ${condition}`);
    return limitedIds([tasks, ...noneBefore, isRare[word]].join(' AND '));
  });
  const noneIsRare = isRare.map((condition) => `NOT ${condition}`);
  const ctes = textsOf(options, parameter);
  if (isFiltered(options.filter)) {
    ways.push(idsByFilter(options, parameter, noneIsRare));
  } else {
    const holding = textsHoldingAll(options, parameter, conditionsOn(options, parameter), noneIsRare);
    ctes.push(withCount('holding', holding, 'holding_counted'));
    ways.push(`SELECT id FROM holding WHERE NOT ${isWithinLimit('holding_counted')}`);
    ways.push(idsByFilter(options, parameter, [...noneIsRare, isWithinLimit('holding_counted')]));
  }
  return [...ctes, withCount('matches', ways.map((way) => `(${way})`).join(' UNION ALL '))].join(',');
}

function textsOf(options: CandidateOptions, parameter: Parameter): string[] {
  return options.texts
    .slice(0, PROBED_WORDS)
    .map((part, word) => idsHolding(options, part, word, parameter, conditionsOn(options, parameter)));
}

function conditionsOn({ created, generation }: CandidateOptions, parameter: Parameter) {
  return (id: string) => createdConditions(created, generation, parameter, id);
}

function idsByFilter(options: CandidateOptions, parameter: Parameter, conditions: readonly string[]): string {
  return limitedIds([candidates(inAnyOrder(options), parameter), ...conditions].join(' AND '));
}

/** Options without the order's source: `candidates` takes the source that has the filter's columns. */
function inAnyOrder(options: CandidateOptions): CandidateOptions {
  return { ...options, source: 'tasks' };
}

function limitedIds(tasks: string): string {
  return `SELECT c.id ${tasks} LIMIT ${COUNT_LIMIT + 1}`;
}

function withCount(name: string, ids: string, count = 'counted'): string {
  return `
    ${name} AS MATERIALIZED (${ids}),
    ${count} AS MATERIALIZED (SELECT count(*) AS total FROM ${name})`;
}
