/** What a search looks through: title, id and message, folded. */
import { foldText, type Task } from '@att/contracts';
import type { ClientBase } from 'pg';
import { bigint, type Column, insertRows, text } from '../../insert-rows.js';

/** Characters; what a message has behind them is not found. */
const MAX_LENGTH = 10_000;

/** In three lines, so that nothing is found across two of them. */
export function searchText({ title, task_id, message }: Task): string {
  const folded = foldText(
    [title, task_id, message ?? ''].map((part) => part.replaceAll('\n', ' ')).join('\n'),
  );
  // Cut last, as folding may lengthen a text; a cut may leave half a character.
  return folded.slice(0, MAX_LENGTH).toWellFormed();
}

export function changesText(before: Task | undefined, after: Task): boolean {
  return before === undefined || before.title !== after.title || before.message !== after.message;
}

const COLUMNS: Column<Task>[] = [
  bigint('id', (task) => task.id),
  bigint('valid_from', (task) => task.position),
  text('text', searchText),
];

export async function writeTexts(client: ClientBase, table: string, tasks: readonly Task[]): Promise<void> {
  await insertRows(client, table, COLUMNS, tasks);
}
