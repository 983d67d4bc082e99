import type { Comparison, Generation } from '@att/contracts';
import { type Column, formatNumber, table } from './table.js';

type Compared = Comparison['tables'][number];

const COLUMNS: Column<Compared>[] = [
  { title: 'TABLE', value: ({ table: name }) => name },
  { title: 'ROWS', value: ({ rows }) => rows },
  { title: 'ROWS BEFORE', value: ({ active_rows }) => active_rows },
  { title: 'CHECKSUM', value: ({ checksum }) => checksum.slice(0, 12) },
  { title: 'CHECKSUM BEFORE', value: ({ active_checksum }) => active_checksum.slice(0, 12) },
  { title: 'DIFFERING ROWS', value: differing },
];

/** Comparison of a build with the active generation at the same position; empty where none was made. */
export function comparisonText({ projection, id, comparison }: Generation): string {
  if (comparison === null || comparison === undefined) return '';
  const { with: other, position, equal, tables } = comparison;
  const verdict = equal ? 'holds the same as' : 'differs from';
  return `\n${projection}: generation ${id} ${verdict} generation ${other}, at position ${formatNumber(position)}\n${table(COLUMNS, tables)}`;
}

function differing({ checksum, active_checksum, differing_rows }: Compared): number | null {
  return differing_rows ?? (checksum === active_checksum ? 0 : null);
}
