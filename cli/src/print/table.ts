/** Tables and numbers as people read them at a terminal. */
import { printable } from './controls.js';

export interface Column<Row> {
  title: string;
  value(row: Row): string | number | null;
}

/** Table with aligned columns, numbers aligned right, below a line of titles. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ value }) => cellOf(value(row))));
  const isRight = columns.map(({ value }) => rows.some((row) => typeof value(row) === 'number'));
  const lines = [columns.map(({ title }) => title), ...cells];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => lengthOf(line[index] as string))));
  return lines
    .map((line) =>
      line
        .map((cell, index) => {
          const blanks = ' '.repeat((widths[index] as number) - lengthOf(cell));
          return isRight[index] === true ? blanks + cell : cell + blanks;
        })
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function cellOf(value: string | number | null): string {
  if (value === null) return '-';
  return typeof value === 'number' ? formatNumber(value) : printable(value);
}

const lengthOf = (text: string) => [...text].length;

const NUMBERS = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

export const formatNumber = (value: number) => NUMBERS.format(value);
