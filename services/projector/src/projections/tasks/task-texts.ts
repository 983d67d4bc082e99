/** Titles and ids of tasks, folded: texts that a search looks through, beside messages. */
import type { TaskState } from '@att/contracts';
import { TITLE_END } from '@att/platform/projections';
import { bigint, copyColumns, text } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Write } from '../../rows/write.js';
import { searchText } from './search-keys.js';

/** Title and id of a task from a change on. */
export interface TaskText {
  id: number;
  from: number;
  text: string;
}

/** Adds the text that an event changed, from `at` on. */
export function addChangedText(
  texts: TaskText[],
  before: TaskState | undefined,
  after: TaskState,
  at: number,
): void {
  if (before?.title !== after.title) texts.push({ id: after.id, from: at, text: taskText(after) });
}

/** Title and id in one text, so that an index finds two words when one is in the title and one in the id. */
export function taskText({ title, task_id }: Pick<TaskState, 'title' | 'task_id'>): string {
  return searchText(title) + TITLE_END + searchText(task_id).replaceAll(TITLE_END, ' ');
}

const COLUMNS = copyColumns<'task_texts', TaskText>({
  id: bigint((row) => row.id),
  valid_from: bigint((row) => row.from),
  text: text((row) => row.text),
});

export function copyTexts(table: string, texts: readonly TaskText[]): Write {
  return copyRows(table, COLUMNS, texts);
}
