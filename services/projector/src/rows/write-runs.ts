/** Statements that write runs to a history's table, and SQL of the run that memory needs to go on with. */
import type { RunKey, RunMoving, RunTableName, SqlType } from '@att/platform/projections';
import {
  bigint,
  type Column,
  type Encoder,
  type ItemEncoder,
  type ListColumn,
  list,
  named,
} from './column.js';
import { copyRows } from './copy-rows.js';
import { type Change, cut, type RunPart } from './runs.js';
import { updateRows } from './update-rows.js';
import type { Write } from './write.js';

/** Columns of a table that has a key, `first`, and an array each of `valid_from` and of all that changes. */
export interface RunColumns<Row> {
  key: readonly Column<RunPart<Row>>[];
  lists: readonly ListColumn<RunPart<Row>>[];
}

export function runColumns<Name extends RunTableName, Row extends Change<Row>>(
  key: { [Column in keyof RunKey<Name>]: Encoder<Row, SqlType<RunKey<Name>[Column]> & string> },
  moving: { [Column in keyof RunMoving<Name>]: ItemEncoder<Row, SqlType<RunMoving<Name>[Column]> & string> },
): RunColumns<Row> {
  const changes = ({ changes }: RunPart<Row>) => changes;
  const keys: Record<string, Encoder<Row>> = key;
  const lists: Record<string, ItemEncoder<Row>> = { valid_from: bigint((row) => row.valid_from), ...moving };
  return {
    key: [...named(keys).map(ofRun), ...named({ first: bigint<RunPart<Row>>(({ first }) => first) })],
    lists: named(lists).map((column) => list(column, changes)),
  };
}

/** Column that is the same in all changes of a run, so that it is encoded once. */
function ofRun<Row>({ name, type, arrayOf, copyTo }: Column<Row>): Column<RunPart<Row>> {
  const one = ({ changes }: RunPart<Row>) => changes[0] as Row;
  return {
    name,
    type,
    arrayOf: (parts) => arrayOf(parts.map(one)),
    copyTo: (out, part) => copyTo(out, one(part)),
  };
}

export function writeRuns<Row extends Change<Row>>(
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
