/** Parts of texts that a search looks for. */
import { searchKey, TITLE_END } from '@att/platform/projections';
import type { TaskFilter } from './task-filter.js';

/** A word that must be in one of the texts of a task, or in its title. */
export interface TextPart {
  part: string;
  isOfTitle: boolean;
}

/** Parts of titles first, as they are the narrower ones. */
export function textPartsOf({ textParts, titleParts }: TaskFilter): TextPart[] {
  return [
    ...titleParts.map((part) => ({ part, isOfTitle: true })),
    ...textParts.map((part) => ({ part, isOfTitle: false })),
  ];
}

/** Pattern of LIKE that finds the part anywhere in a text, or before the title's end; nothing in it is a wildcard. */
export function patternOf({ part, isOfTitle }: TextPart): string {
  return `%${searchKey(part).replaceAll(/[\\%_]/g, '\\$&')}%${isOfTitle ? `${TITLE_END}%` : ''}`;
}
