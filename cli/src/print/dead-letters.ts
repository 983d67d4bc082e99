import type { DeadLetter } from '@att/contracts';
import { printable } from './controls.js';
import { type Column, formatNumber, table } from './table.js';

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

/** Formats one page of dead letters. @param total number of dead letters on all pages */
export function deadLetterTable(deadLetters: readonly DeadLetter[], total: number): string {
  if (total === 0) return 'There are no dead letters.\n';
  const rest =
    total > deadLetters.length
      ? `\n${deadLetters.length} of ${formatNumber(total)}: see --limit and --offset.\n`
      : '';
  return table(COLUMNS, deadLetters) + rest;
}

export function deadLetterText(deadLetter: DeadLetter): string {
  return Object.entries(deadLetter)
    .map(([field, value]) => `${field.replaceAll('_', ' ').padEnd(14)} ${printable(String(value))}\n`)
    .join('');
}

const LONGEST = 80;

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= LONGEST ? text : `${characters.slice(0, LONGEST - 1).join('')}…`;
}
