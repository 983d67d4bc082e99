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
    const first = parts.next();
    const statement = `COPY ${table} (${columns.map(({ name }) => name).join(', ')}) FROM STDIN`;
    return (client) =>
      pipeline(
        async function* () {
          if (!first.done) yield first.value;
          yield* parts;
        },
        client.query(from(statement)),
      );
  };
}

/** Characters after which a part ends: tasks may have results and stack traces of a MiB. */
const PART_LENGTH = 4 * 1024 * 1024;

function* encoded<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Generator<string> {
  let text = '';
  for (const row of rows) {
    let separator = '';
    for (const { copyOf } of columns) {
      text += separator + copyOf(row);
      separator = '\t';
    }
    text += '\n';
    if (text.length < PART_LENGTH) continue;
    yield text;
    text = '';
  }
  yield text;
}
