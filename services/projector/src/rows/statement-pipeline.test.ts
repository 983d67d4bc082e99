import { createPool } from '@att/platform/postgres';
import { silentLog } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  copyOf,
  LARGE,
  large,
  MIB,
  processOf,
  type Row,
  rows,
  settled,
  TABLES,
  ThreeTables,
} from '../testing/three-tables.js';
import { StatementPipeline } from './statement-pipeline.js';

let tables: ThreeTables;
beforeEach(async () => {
  tables = await ThreeTables.create();
});
afterEach(() => tables.close());

describe('rows for several tables', () => {
  it('arrive in each, in one statement, whatever is in them', async () => {
    const words = ['', ' ', '\\', '\\.', '\\N', 'a\tb', 'a\nb', 'a\r\nb', '\u{1F600}', 'ж'.repeat(3 * MIB)];
    const odd = words.map((word, index) => ({ id: index + 1, word }));
    await tables.write(TABLES.map((table) => copyOf(table, odd)));
    for (const table of TABLES) {
      expect((await tables.pool.query<Row>(`SELECT id, word FROM ${table} ORDER BY id`)).rows).toEqual(odd);
    }
  });

  it('are encoded at the pace at which the server takes them', async () => {
    const client = await tables.pool.connect();
    const locked = await tables.lock('last');
    let made = 0;
    const copying = new StatementPipeline([copyOf('first', rows(10)), large('last', () => made++)]).send(
      client,
    );
    await locked.waitedFor();
    await settled(() => made);
    // Rows wait in this process, and in the sockets between the two.
    expect(made).toBeLessThan(64);
    await locked.release();
    await copying;
    client.release();
    expect(made).toBe(LARGE);
    expect(await tables.counts()).toEqual([10, 0, LARGE]);
  });
});

describe('encoding that throws while it is sent', () => {
  /** Rows of which the last cannot be encoded, past what is encoded ahead. */
  const poisoned = (table: string) =>
    copyOf(
      table,
      rows(10).map((row) =>
        row.id < 10
          ? { ...row, word: 'x'.repeat(MIB) }
          : {
              id: 10,
              get word(): string {
                throw new Error('cannot be encoded');
              },
            },
      ),
    );

  it.each(TABLES)('in the %s table: the batch fails as for an event, with its reason', async (failing) => {
    const connection = await processOf(tables.pool);
    const copies = TABLES.map((table) => (table === failing ? poisoned(table) : copyOf(table, rows(10))));
    await expect(tables.write(copies)).rejects.toMatchObject({
      name: 'PoisonError',
      message: 'cannot be encoded',
    });
    expect(await processOf(tables.pool)).toBe(connection);
    await tables.expectAsBefore();
  });

  it('is not reported when the server refused an earlier row', async () => {
    const copies = [copyOf('first', [...rows(10), ...rows(1)]), poisoned('last')];
    await expect(tables.write(copies)).rejects.toMatchObject({ code: '23505', table: 'first' });
    await tables.expectAsBefore();
  });
});

describe('a connection that is lost midway', () => {
  it('fails the batch, and the next connection takes it', async () => {
    const locked = await tables.lock('last');
    const failing = tables.write([copyOf('first', rows(10)), large('last', () => {})]);
    const failed = expect(failing).rejects.toThrow();
    const pid = await locked.waitedFor();
    await tables.pool.query('SELECT pg_terminate_backend($1)', [pid]);
    await failed;
    await locked.release();
    await tables.expectAsBefore();
  });

  it('fails it also before anything is sent', async () => {
    const client = await tables.pool.connect();
    const pid = await processOf(client);
    await tables.pool.query('SELECT pg_terminate_backend($1)', [pid]);
    await new Promise((resolve) => client.once('end', resolve));
    const pipeline = new StatementPipeline([copyOf('first', rows(10))]);
    await expect(pipeline.send(client)).rejects.toThrow('not queryable');
    expect(pipeline.isAnswered).toBe(false);
    client.release(true);
    await tables.expectAsBefore();
  });

  it('counts as lost when it says nothing', async () => {
    const { connectionString } = tables.database;
    const timeouts = { silence: 1_500 };
    const silent = createPool({
      connectionString,
      role: undefined,
      max: 1,
      name: 'test',
      log: silentLog,
      timeouts,
    });
    const locked = await tables.lock('last');
    const copies = [copyOf('first', rows(10)), large('last', () => {})];
    await expect(tables.write(copies, silent)).rejects.toThrow('timeout');
    expect(silent.totalCount).toBe(0);
    await locked.release();
    await tables.write(
      TABLES.map((table) => copyOf(table, rows(10))),
      silent,
    );
    await silent.end();
    expect(await tables.counts()).toEqual([10, 10, 10]);
  });
});
