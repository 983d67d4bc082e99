/** SQL conditions on the texts of a task, by the trigrams of what is searched for. */
import type { Parameter } from '@att/platform/paging';
import { generationTable, hasTrigrams, searchKey } from '@att/platform/projections';
import type { CandidateOptions } from './candidates.js';
import type { TaskFilter } from './task-filter.js';

type Options = Pick<CandidateOptions, 'generation' | 'moments'>;

/** What must be in one of the texts of a task, or in its title. */
export interface TextPart {
  part: string;
  isOfTitle: boolean;
}

export function textPartsOf({ textParts, titleParts }: TaskFilter): TextPart[] {
  return [
    ...textParts.map((part) => ({ part, isOfTitle: false })),
    ...titleParts.map((part) => ({ part, isOfTitle: true })),
  ];
}

/** The part must be in a text of the task `c`, as it was at the position. */
export function textExists(options: Options, part: TextPart, parameter: Parameter): string {
  const conditions = ['x.id = c.id', ...textHolds('x', options, part, parameter)];
  return `EXISTS (
      SELECT FROM ${generationTable('task_texts', options.generation)} x WHERE ${conditions.join(' AND ')})`;
}

/** The row of `task_texts` has the part, and held at the position. */
export function textHolds(
  row: string,
  { generation, moments }: Options,
  { part, isOfTitle }: TextPart,
  parameter: Parameter,
): string[] {
  const texts = generationTable('task_texts', generation);
  const isLast = (field: string, ...conditions: string[]) => {
    const later = [
      `l.id = ${row}.id`,
      `l.field = '${field}'`,
      `l.field = ${row}.field`,
      `l.valid_from > ${row}.valid_from`,
      ...moments.until('l.valid_from'),
      ...conditions,
    ];
    return `NOT EXISTS (SELECT FROM ${texts} l WHERE ${later.join(' AND ')})`;
  };
  return [
    ...moments.until(`${row}.valid_from`),
    ...(isOfTitle
      ? [`${row}.field = 'title'`, has(row, part, parameter)]
      : [hasAnywhere(row, part, parameter)]),
    // Task ids stay, and titles hardly change: an index has the few that did, where one look-up a row found was 2 µs.
    isLast('title', 'l.valid_from > l.id'),
    ...(isOfTitle ? [] : [isLast('message')]),
  ];
}

/** Messages have an index of their own, and so do the other texts: each alternative names the rows of one. */
function hasAnywhere(row: string, part: string, parameter: Parameter): string {
  const condition = has(row, part, parameter);
  if (!hasTrigrams(searchKey(part))) return condition;
  return `(${row}.field = 'message' AND ${condition} OR ${row}.field <> 'message' AND ${condition})`;
}

/** The part anywhere in the text; nothing in it is a wildcard. */
function has(row: string, part: string, parameter: Parameter): string {
  const key = searchKey(part);
  const pattern = parameter(`%${key.replaceAll(/[\\%_]/g, '\\$&')}%`, 'text');
  // Without a trigram the index would be read as a whole, and then the table: twice what the table alone costs.
  return hasTrigrams(key) ? `${row}.text LIKE ${pattern}` : `${row}.text || '' LIKE ${pattern}`;
}
