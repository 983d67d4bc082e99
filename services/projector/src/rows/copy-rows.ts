/** COPY: how rows reach tables that only grow. */
import { pipeline } from 'node:stream/promises';
import { from } from 'pg-copy-streams';
import type { Column } from './column.js';
import type { Write } from './write.js';

/**
 * In text form: PostgreSQL takes 0.9 µs a row of seven columns, of the binary form 0.65, but text is made
 * here in a third of the time that binary numbers take. An `unnest` insert of the same rows takes 2 µs.
 */
export function copyRows<Row>(table: string, columns: readonly Column<Row>[], rows: readonly Row[]): Write {
  return () => {
    if (rows.length === 0) return undefined;
    const parts = encoded(columns, rows);
    const ready = takeUpTo(READY_BYTES, parts);
    const statement = `COPY ${table} (${columns.map(({ name }) => name).join(', ')}) FROM STDIN`;
    return (client) =>
      pipeline(
        async function* () {
          yield* ready;
          yield* parts;
        },
        client.query(from(statement)),
      );
  };
}

/** Characters after which a part ends: a rope that lives for long is copied by every collection of the young. */
const PART_LENGTH = 64 * 1024;
/** Bytes encoded ahead of their sending: tasks may have results and stack traces of a MiB. */
const READY_BYTES = 4 * 1024 * 1024;

function* encoded<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Generator<Buffer> {
  let text = '';
  for (const row of rows) {
    let separator = '';
    for (const { copyOf } of columns) {
      text += separator + copyOf(row);
      separator = '\t';
    }
    text += '\n';
    if (text.length < PART_LENGTH) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

function takeUpTo(bytes: number, parts: Generator<Buffer>): Buffer[] {
  const taken: Buffer[] = [];
  let size = 0;
  while (size < bytes) {
    const { done, value } = parts.next();
    if (done) break;
    taken.push(value);
    size += value.length;
  }
  return taken;
}
