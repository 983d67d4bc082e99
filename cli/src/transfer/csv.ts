/** Events as CSV (RFC 4180) for spreadsheets: CRLF at line ends, a line of titles first. */
import type { EventWithText } from '@att/contracts';
import { escapeControls } from '../print/controls.js';

const COLUMNS = [
  'position',
  'event_id',
  'type',
  'project',
  'task_id',
  'agent',
  'occurred_at',
  'recorded_at',
  'actor',
  'data_text',
  'salt',
  'data_hash',
  'hash',
] as const satisfies readonly (keyof EventWithText)[];

export const CSV_TITLES = `${COLUMNS.join(',')}\r\n`;

export function csvLine(event: EventWithText): string {
  return `${COLUMNS.map((name) => cell(event[name])).join(',')}\r\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = escapeControls(withoutFormulas(value));
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Text with an apostrophe before anything that a spreadsheet would run as a formula: one of `= + - @` at a cell's beginning,
 * also in full-width forms and behind blanks. Some programs cut cells at semicolons, tabs and line ends, so a cell may begin there.
 */
function withoutFormulas(text: string): string {
  return text.replaceAll(/(?<=^|[;\t\r\n])(?=[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠])/gu, "'");
}
