/** Form of a file of exported events. */
import type { EventWithText } from '@att/contracts';
import { escapeControls } from '../print/controls.js';
import { CSV_TITLES, csvLine } from './csv.js';

export interface Format {
  /** Text before the first event. */
  head: string;
  line(event: EventWithText): string;
}

/** Formats by the names that `--format` takes. */
export const FORMATS: Readonly<Record<'ndjson' | 'csv', Format>> = {
  ndjson: { head: '', line: (event) => `${escapeControls(JSON.stringify(event))}\n` },
  csv: { head: CSV_TITLES, line: csvLine },
};
export type FormatName = keyof typeof FORMATS;
