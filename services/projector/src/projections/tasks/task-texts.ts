/** What a search looks through, but for messages: title and id, folded. */
import type { TaskState } from '@att/contracts';
import { bigint, type Column, text } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Write } from '../../rows/write.js';
import { searchText } from './search-keys.js';

const TEXT_FIELDS = ['title', 'task_id'] as const;

/** One field of a task from a change on. */
export interface TaskText {
  id: number;
  field: (typeof TEXT_FIELDS)[number];
  from: number;
  text: string;
}

/** Adds those that an event brought, from `at` on. */
export function addChangedTexts(
  texts: TaskText[],
  before: TaskState | undefined,
  after: TaskState,
  at: number,
): void {
  for (const field of TEXT_FIELDS) {
    if (before?.[field] === after[field]) continue;
    texts.push({ id: after.id, field, from: at, text: searchText(after[field]) });
  }
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
