/** COPY: how rows reach tables that only grow. */

import type { CopyColumn } from './column.js';
import { CopyBinary } from './copy-binary.js';
import { PoisonError } from './poison-error.js';
import type { Write } from './write.js';

/**
 * Copies rows in COPY's binary format. PostgreSQL takes a row of `task_versions` in 1.8 µs so, and in 2.3 µs as text, which it has to
 * parse; an `unnest` insert of the same rows takes twice as long.
 *
 * Nothing is converted: the types of the columns must be those of the table, as an `int` does not take the bytes of a bigint.
 *
 * @returns what throws RangeError for numbers and times that are none, or, past the first 4 MiB, PoisonError
 */
export function copyRows<Row>(
  table: string,
  columns: readonly CopyColumn<Row>[],
  rows: readonly Row[],
): Write {
  return () => {
    if (rows.length === 0) return undefined;
    const statement = `COPY ${table} (${columns.map(({ name }) => name).join(', ')}) FROM STDIN (FORMAT binary)`;
    return { statement, parts: readAhead(encoded(columns, rows)) };
  };
}

/** Bytes after which a part ends. */
const PART_LENGTH = 64 * 1024;
/** Bytes that a row is likely to have at most, with what is set aside for its last text. */
const ROW_LENGTH = 1024;
/** Bytes encoded before they are asked for: tasks may have results and stack traces of a MiB. */
const READY_BYTES = 4 * 1024 * 1024;

function* encoded<Row>(columns: readonly CopyColumn<Row>[], rows: readonly Row[]): Generator<Buffer> {
  const writers = columns.map(({ copyTo }) => copyTo);
  const size = Math.min(PART_LENGTH, ROW_LENGTH * rows.length) + ROW_LENGTH;
  let out = new CopyBinary(size);
  out.header();
  for (let next = writePart(out, writers, rows, 0); next < rows.length; ) {
    yield out.end();
    out = new CopyBinary(size);
    next = writePart(out, writers, rows, next);
  }
  out.trailer();
  yield out.end();
}

/** Outside of the generator, in which V8 makes an object for each step of a loop over an array. @returns the row after the part */
function writePart<Row>(
  out: CopyBinary,
  writers: readonly CopyColumn<Row>['copyTo'][],
  rows: readonly Row[],
  first: number,
): number {
  let next = first;
  while (next < rows.length && out.length < PART_LENGTH) writeRow(out, writers, rows[next++] as Row);
  return next;
}

/** Writes a row with the columns' functions alone: columns are objects of several shapes, which V8 would tell apart for each value. */
function writeRow<Row>(out: CopyBinary, writers: readonly CopyColumn<Row>['copyTo'][], row: Row): void {
  out.row(writers.length);
  for (let index = 0; index < writers.length; index++)
    (writers[index] as CopyColumn<Row>['copyTo'])(out, row);
}

/** The first parts are made at once. */
function readAhead(parts: Generator<Buffer>): Iterable<Buffer> {
  const ready: Buffer[] = [];
  let size = 0;
  while (size < READY_BYTES) {
    const { done, value } = parts.next();
    if (done) return ready;
    ready.push(value);
    size += value.length;
  }
  return (function* () {
    yield* ready;
    try {
      yield* parts;
    } catch (error) {
      // Encoding asks no server, so that an event is at fault.
      throw new PoisonError(error as Error);
    }
  })();
}
