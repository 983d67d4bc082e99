/** How runs reach a history's table, and what of the table memory needs to go on with them. */
import { bigint, type Column, type ItemColumn, type ListColumn, list } from './column.js';
import { copyRows } from './copy-rows.js';
import { type Change, cut, type RunPart } from './runs.js';
import { updateRows } from './update-rows.js';
import type { Write } from './write.js';

/** Of a table with a key, `first`, and an array each of `valid_from` and of all that changes. */
export interface RunColumns<Row> {
  key: readonly Column<RunPart<Row>>[];
  lists: readonly ListColumn<RunPart<Row>>[];
}

export function runColumns<Row extends Change<Row>>(
  key: readonly Column<Row>[],
  changing: readonly ItemColumn<Row>[],
): RunColumns<Row> {
  const changes = ({ changes }: RunPart<Row>) => changes;
  const lists = [bigint<Row>('valid_from', (row) => row.valid_from), ...changing];
  return {
    key: [...key.map(ofRun), bigint('first', ({ first }) => first)],
    lists: lists.map((column) => list(column, changes)),
  };
}

/** The same in all changes of a run, so that it is encoded once. */
function ofRun<Row>({ name, type, arrayOf, copyTo }: Column<Row>): Column<RunPart<Row>> {
  const one = ({ changes }: RunPart<Row>) => changes[0] as Row;
  return {
    name,
    type,
    arrayOf: (parts) => arrayOf(parts.map(one)),
    copyTo: (out, part) => copyTo(out, one(part)),
  };
}

export function writingRuns<Row extends Change<Row>>(
  table: string,
  { key, lists }: RunColumns<Row>,
  changes: readonly Row[],
): Write[] {
  const { begun, continued } = cut(changes);
  return [
    copyRows(table, [...key, ...lists], begun),
    updateRows(table, key, lists, continued, ({ name, of }) => `t.${name} || c.${name}::${of}[]`),
  ];
}

/** SQL of the last run of a key, whose last elements are what the key is now. @param key SQL condition */
export function lastRun(table: string, key: string): string {
  return `
        SELECT *, cardinality(valid_from) AS length FROM ${table} WHERE ${key} ORDER BY first DESC LIMIT 1`;
}
