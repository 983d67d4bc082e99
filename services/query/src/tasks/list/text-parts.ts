/** Words of a search. */
import { escapeLike } from '@att/platform/postgres';
import { searchKey, TITLE_END } from '@att/platform/projections';
import type { TaskFilter } from './task-filter.js';

/** Word that must be in one of the texts of a task, or in its title. */
export interface TextPart {
  part: string;
  isOfTitle: boolean;
}

/** Words of the search; those of titles are first, as they match fewer tasks. */
export function textPartsOf({ textParts, titleParts }: TaskFilter): TextPart[] {
  return [
    ...titleParts.map((part) => ({ part, isOfTitle: true })),
    ...textParts.map((part) => ({ part, isOfTitle: false })),
  ];
}

/** LIKE pattern that finds the word anywhere in a text, or before the title's end. Wildcards in the word are escaped. */
export function patternOf({ part, isOfTitle }: TextPart): string {
  return `%${escapeLike(searchKey(part))}%${isOfTitle ? `${TITLE_END}%` : ''}`;
}
