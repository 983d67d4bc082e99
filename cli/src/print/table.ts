/** Text for people at a terminal. */
export interface Column<Row> {
  title: string;
  value(row: Row): string | number | null;
}

/** Aligned columns, numbers to the right, with a line of titles. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ value }) => cellOf(value(row))));
  const isRight = columns.map(({ value }) => rows.some((row) => typeof value(row) === 'number'));
  const lines = [columns.map(({ title }) => title), ...cells];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => lengthOf(line[at] as string))));
  return lines
    .map((line) =>
      line
        .map((cell, at) => {
          const blanks = ' '.repeat((widths[at] as number) - lengthOf(cell));
          return isRight[at] === true ? blanks + cell : cell + blanks;
        })
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** What agents send may hold control characters, which would steer the terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

function cellOf(value: string | number | null): string {
  if (value === null) return '-';
  return typeof value === 'number' ? number(value) : printable(value);
}

const lengthOf = (text: string) => [...text].length;

const NUMBERS = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

export const number = (value: number) => NUMBERS.format(value);
