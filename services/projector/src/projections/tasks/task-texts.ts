/** What a search looks through: title, id and message, folded. */
import { foldText, type Task } from '@att/contracts';
import { searchKey } from '@att/platform/projections';
import { bigint, type Column, text } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Write } from '../../rows/write.js';

/** Characters; what a message has behind them is not found. */
const MAX_LENGTH = 10_000;

export const TEXT_FIELDS = ['title', 'task_id', 'message'] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/** One field of a task from a change on. Apart, so that a new message does not index the title again: 6 µs, not 24. */
export interface TaskText {
  id: number;
  field: TextField;
  from: number;
  text: string;
}

/** Adds those that an event brought, from `at` on. */
export function addChangedTexts(texts: TaskText[], before: Task | undefined, after: Task, at: number): void {
  for (const field of TEXT_FIELDS) {
    const value = after[field];
    if (before === undefined ? value === null : before[field] === value) continue;
    texts.push({ id: after.id, field, from: at, text: searchText(value) });
  }
}

export function searchText(value: string | null): string {
  // Cut last, as folding may lengthen a text; a cut may leave half a character.
  return value === null ? '' : searchKey(foldText(value).slice(0, MAX_LENGTH).toWellFormed());
}

const COLUMNS: Column<TaskText>[] = [
  bigint('id', (row) => row.id),
  text('field', (row) => row.field),
  bigint('valid_from', (row) => row.from),
  text('text', (row) => row.text),
];

export function writingTexts(table: string, texts: readonly TaskText[]): Write {
  return copyRows(table, COLUMNS, texts);
}
