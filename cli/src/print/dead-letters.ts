import type { DeadLetter } from '@att/contracts';
import { printable } from './controls.js';
import { type Column, number, table } from './table.js';

const COLUMNS: Column<DeadLetter>[] = [
  { title: 'ID', value: ({ id }) => id },
  { title: 'PROJECTION', value: ({ projection }) => projection },
  { title: 'PROJECT', value: ({ project }) => project },
  { title: 'TASK', value: ({ task_id }) => task_id },
  { title: 'POSITION', value: ({ position }) => position },
  { title: 'QUEUED', value: ({ queued }) => queued },
  { title: 'ATTEMPTS', value: ({ attempts }) => attempts },
  { title: 'STATE', value: ({ state }) => state },
  { title: 'ERROR', value: ({ error_name, error_message }) => shortened(`${error_name}: ${error_message}`) },
];

/** @param total how many there are in all */
export function deadLetterTable(letters: readonly DeadLetter[], total: number): string {
  if (total === 0) return 'There are no dead letters.\n';
  const rest =
    total > letters.length ? `\n${letters.length} of ${number(total)}: see --limit and --offset.\n` : '';
  return table(COLUMNS, letters) + rest;
}

export function deadLetterText(letter: DeadLetter): string {
  return Object.entries(letter)
    .map(([field, value]) => `${field.replaceAll('_', ' ').padEnd(14)} ${printable(String(value))}\n`)
    .join('');
}

const LONGEST = 80;

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= LONGEST ? text : `${characters.slice(0, LONGEST - 1).join('')}…`;
}
