/** SQL conditions on the texts of a task, by the trigrams of what is searched for. */
import type { Parameter } from '@att/platform/paging';
import { generationTable, hasTrigrams, searchKey } from '@att/platform/projections';
import type { CandidateOptions } from './candidates.js';

type Options = Pick<CandidateOptions, 'generation' | 'moments' | 'filter'>;

/** Each part must be in one of the texts of the task `c`, as they were at the position. */
export function textConditions(options: Options, parameter: Parameter): string[] {
  const { textParts, titleParts } = options.filter;
  return [
    ...textParts.map((part) => textExists(options, [isIn(part, parameter)])),
    ...titleParts.map((part) => textExists(options, [isIn(part, parameter), "x.field = 'title'"])),
  ];
}

function textExists({ generation, moments }: Options, conditions: string[]): string {
  const texts = generationTable('task_texts', generation);
  const later = [
    'l.id = x.id',
    'l.field = x.field',
    'l.valid_from > x.valid_from',
    ...moments.until('l.valid_from'),
  ];
  const wanted = ['x.id = c.id', ...moments.until('x.valid_from'), ...conditions];
  return `EXISTS (
      SELECT FROM ${texts} x
      WHERE ${wanted.join(' AND ')}
        AND NOT EXISTS (SELECT FROM ${texts} l WHERE ${later.join(' AND ')}))`;
}

/** The part anywhere in a text; nothing in it is a wildcard. */
function isIn(part: string, parameter: Parameter): string {
  const key = searchKey(part);
  const pattern = parameter(`%${key.replaceAll(/[\\%_]/g, '\\$&')}%`, 'text');
  // Without a trigram the index would be read as a whole, and then the table: twice what the table alone costs.
  return hasTrigrams(key) ? `x.text LIKE ${pattern}` : `x.text || '' LIKE ${pattern}`;
}
