import { createPool } from '@att/platform/postgres';
import { createTestDatabase, silentLog, type TestDatabase } from '@att/platform/testing';
import type { Pool, PoolClient } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { transacting } from '../in-transaction.js';
import { bigint, text } from './column.js';
import { copyRows } from './copy-rows.js';
import { type CopyIn, Pipeline, type Statement } from './pipeline.js';

interface Row {
  id: number;
  word: string;
}

const TABLES = ['first', 'middle', 'last'] as const;
const COLUMNS = [bigint<Row>('id', ({ id }) => id), text<Row>('word', ({ word }) => word)];
/** More than waits for the server at a time, by far. */
const LARGE = 96;
const MIB = 1024 * 1024;

let database: TestDatabase;
let pool: Pool;
beforeEach(async () => {
  database = await createTestDatabase();
  pool = database.pool();
  for (const table of TABLES) await pool.query(`CREATE TABLE ${table} (id bigint PRIMARY KEY, word text)`);
});
afterEach(() => database.drop());

const rows = (count: number, word = 'word'): Row[] =>
  Array.from({ length: count }, (_, index) => ({ id: index + 1, word }));

/** As folds encode them. */
function copyOf(table: string, of: readonly Row[]): CopyIn {
  const encoded = copyRows(table, COLUMNS, of)();
  if (encoded === undefined || !('parts' in encoded)) throw new Error('no rows');
  return encoded;
}

/** As a batch does it: between other statements of its transaction. */
function write(statements: readonly (CopyIn | Statement)[], through = pool): Promise<void> {
  const first = { text: `UPDATE first SET word = 'changed'` };
  const pipeline = new Pipeline([{ text: 'BEGIN' }, first, ...statements, { text: 'COMMIT' }]);
  return transacting(
    through,
    () => pipeline.isAnswered,
    (client) => pipeline.send(client),
  );
}

/** Named as those of a batch are. */
const renaming = (table: string, word: string): Statement => ({
  name: `rename-${table}`,
  text: `UPDATE ${table} SET word = $2 WHERE id < $1`,
  values: [6, word],
});

/** One after the other, so that a pool needs one connection for them. */
async function counts(): Promise<number[]> {
  const found: number[] = [];
  for (const table of TABLES) found.push((await pool.query(`SELECT count(*) FROM ${table}`)).rows[0].count);
  return found;
}

/** Nothing is left of what failed, no connection is lent, and the same batch goes in. */
async function isAsBefore(copies: readonly CopyIn[] = TABLES.map((table) => copyOf(table, rows(10)))) {
  expect(await counts()).toEqual([0, 0, 0]);
  expect(pool.totalCount).toBe(pool.idleCount);
  await write(copies);
  expect(await counts()).toEqual([10, 10, 10]);
}

describe('rows for several tables', () => {
  it('arrive in each, in one statement, whatever is in them', async () => {
    const words = ['', ' ', '\\', '\\.', '\\N', 'a\tb', 'a\nb', 'a\r\nb', '\u{1F600}', 'ж'.repeat(3 * MIB)];
    const odd = words.map((word, index) => ({ id: index + 1, word }));
    await write(TABLES.map((table) => copyOf(table, odd)));
    for (const table of TABLES) {
      expect((await pool.query<Row>(`SELECT id, word FROM ${table} ORDER BY id`)).rows).toEqual(odd);
    }
  });

  it('are encoded at the pace at which the server takes them', async () => {
    const client = await pool.connect();
    const locked = await lock('last');
    let made = 0;
    const copying = new Pipeline([copyOf('first', rows(10)), large('last', () => made++)]).send(client);
    await locked.waitedFor();
    await settled(() => made);
    // What waits in this process, and what the sockets between the two hold.
    expect(made).toBeLessThan(64);
    await locked.release();
    await copying;
    client.release();
    expect(made).toBe(LARGE);
    expect(await counts()).toEqual([10, 0, LARGE]);
  });
});

describe('a row that the server refuses', () => {
  it.each(TABLES)('in the %s table: nothing is written, and the connection goes on', async (refusing) => {
    const [client] = await ids(pool);
    const copies = TABLES.map((table) =>
      copyOf(table, table === refusing ? [...rows(10), ...rows(1)] : rows(10)),
    );
    await expect(write(copies)).rejects.toMatchObject({ code: '23505', table: refusing });
    expect(await ids(pool)).toEqual([client]);
    await isAsBefore();
    expect(await ids(pool)).toEqual([client]);
  });

  it('ends the encoding of what is behind it', async () => {
    let made = 0;
    const copies = [copyOf('first', [...rows(10), ...rows(1)]), large('last', () => made++)];
    await expect(write(copies)).rejects.toMatchObject({ code: '23505' });
    await settled(() => made);
    // What was sent before the refusal came; what the sockets hold is the most of it.
    expect(made).toBeLessThan(64);
    await isAsBefore();
  });

  it('is told also of a statement that cannot begin', async () => {
    const copies = [copyOf('first', rows(10)), copyOf('missing', rows(10)), copyOf('last', rows(10))];
    await expect(write(copies)).rejects.toMatchObject({ code: '42P01' });
    await isAsBefore();
  });
});

describe('encoding that throws while it is sent', () => {
  /** Behind what is encoded before it is asked for. */
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
    const [connection] = await ids(pool);
    const copies = TABLES.map((table) => (table === failing ? poisoned(table) : copyOf(table, rows(10))));
    await expect(write(copies)).rejects.toMatchObject({ name: 'PoisonError', message: 'cannot be encoded' });
    expect(await ids(pool)).toEqual([connection]);
    await isAsBefore();
  });

  it('is not told where the server refused a row before', async () => {
    const copies = [copyOf('first', [...rows(10), ...rows(1)]), poisoned('last')];
    await expect(write(copies)).rejects.toMatchObject({ code: '23505', table: 'first' });
    await isAsBefore();
  });
});

describe('a statement that the server refuses', () => {
  const dividing = (by: number): Statement => ({ text: 'SELECT 1 / $1::int', values: [by] });
  class Meant extends Error {}
  const meaning: Pick<Statement, 'refusal'> = {
    refusal: ({ code }) => (code === '22012' ? new Meant() : undefined),
  };

  it('behind rows: nothing is written, and the connection goes on', async () => {
    const [connection] = await ids(pool);
    const copies = TABLES.map((table) => copyOf(table, rows(10)));
    await expect(write([...copies, dividing(0)])).rejects.toMatchObject({ code: '22012' });
    expect(await ids(pool)).toEqual([connection]);
    await isAsBefore();
    expect(await ids(pool)).toEqual([connection]);
  });

  it('before rows: they are skipped, and no longer encoded', async () => {
    let made = 0;
    await expect(write([dividing(0), large('last', () => made++)])).rejects.toMatchObject({ code: '22012' });
    await settled(() => made);
    expect(made).toBeLessThan(64);
    await isAsBefore();
  });

  it('has the meaning that it was given, and no other has it', async () => {
    const copy = copyOf('first', rows(10));
    await expect(write([copy, { ...dividing(0), ...meaning }])).rejects.toThrow(Meant);
    await expect(write([copy, { ...dividing(1), ...meaning }, dividing(0)])).rejects.not.toThrow(Meant);
    await expect(write([dividing(0), { ...dividing(0), ...meaning }])).rejects.not.toThrow(Meant);
    const other = { text: `SELECT 'word'::int`, ...meaning };
    await expect(write([other])).rejects.toMatchObject({ code: '22P02' });
    await isAsBefore();
  });

  it('may be the COMMIT', async () => {
    await pool.query(`ALTER TABLE last ADD UNIQUE (word) DEFERRABLE INITIALLY DEFERRED`);
    const copies = TABLES.map((table) => copyOf(table, rows(10)));
    await expect(write(copies)).rejects.toMatchObject({ code: '23505' });
    expect(await counts()).toEqual([0, 0, 0]);
    await pool.query('ALTER TABLE last DROP CONSTRAINT last_word_key');
    await isAsBefore();
  });

  it('is told also when it waited for somebody else until it was cancelled', async () => {
    const locked = await lock('last');
    const failing = write([copyOf('first', rows(10)), renaming('last', 'renamed')]);
    const failed = expect(failing).rejects.toMatchObject({ code: '57014' });
    await pool.query('SELECT pg_cancel_backend($1)', [await locked.waitedFor()]);
    await failed;
    await locked.release();
    await isAsBefore();
  });
});

describe('a statement with a name', () => {
  const words = async () => (await pool.query(`SELECT DISTINCT word FROM last`)).rows.map(({ word }) => word);
  const prepared = async () =>
    (await pool.query('SELECT name, statement, prepare_time::text FROM pg_prepared_statements ORDER BY name'))
      .rows;

  it('is prepared once a connection, and gets the values of each time', async () => {
    await write([copyOf('last', rows(5)), renaming('last', 'once'), renaming('last', 'twice')]);
    const before = await prepared();
    expect(before).toMatchObject([{ name: 'rename-last' }]);
    expect(await words()).toEqual(['twice']);
    await write([renaming('last', 'again')]);
    expect(await words()).toEqual(['again']);
    expect(await prepared()).toEqual(before);
    expect(pool.totalCount).toBe(1);
  });

  it('works again after a failure, whether that left it prepared or not', async () => {
    const refused = { text: 'SELECT 1 / 0' };
    await write([copyOf('last', rows(5))]);
    await expect(write([renaming('last', 'never'), refused, renaming('first', 'never')])).rejects.toThrow();
    expect(await prepared()).toMatchObject([{ name: 'rename-last' }]);
    await write([renaming('first', 'renamed'), renaming('last', 'renamed')]);
    expect(await words()).toEqual(['renamed']);
    const before = await prepared();
    await expect(write([refused, renaming('last', 'never')])).rejects.toThrow();
    await write([renaming('last', 'again')]);
    expect(await words()).toEqual(['again']);
    expect(await prepared()).toEqual(before);
    expect(pool.totalCount).toBe(1);
  });

  it('may have another text', async () => {
    await write([copyOf('last', rows(5)), renaming('last', 'renamed')]);
    const other = { ...renaming('last', 'changed'), text: 'UPDATE last SET word = upper($2) WHERE id < $1' };
    await write([renaming('last', 'again'), other]);
    expect(await words()).toEqual(['CHANGED']);
    expect(await prepared()).toMatchObject([{ statement: other.text }]);
    await write([renaming('last', 'again')]);
    expect(await words()).toEqual(['again']);
  });
});

describe('a connection that is lost midway', () => {
  it('fails the batch, and the next connection takes it', async () => {
    const locked = await lock('last');
    const failing = write([copyOf('first', rows(10)), large('last', () => {})]);
    const failed = expect(failing).rejects.toThrow();
    const pid = await locked.waitedFor();
    await pool.query('SELECT pg_terminate_backend($1)', [pid]);
    await failed;
    await locked.release();
    await isAsBefore();
  });

  it('counts as lost when it says nothing', async () => {
    const { connectionString } = database;
    const timeouts = { silence: 1_500 };
    const silent = createPool({
      connectionString,
      role: undefined,
      max: 1,
      name: 'test',
      log: silentLog,
      timeouts,
    });
    const locked = await lock('last');
    const copies = [copyOf('first', rows(10)), large('last', () => {})];
    await expect(write(copies, silent)).rejects.toThrow('timeout');
    expect(silent.totalCount).toBe(0);
    await locked.release();
    await write(
      TABLES.map((table) => copyOf(table, rows(10))),
      silent,
    );
    await silent.end();
    expect(await counts()).toEqual([10, 10, 10]);
  });
});

/** Large rows, each made when it is wanted. */
function large(table: string, onMade: () => void): CopyIn {
  return {
    statement: `COPY ${table} (id, word) FROM STDIN`,
    parts: (function* () {
      const word = 'x'.repeat(MIB);
      for (let id = 1; id <= LARGE; id++) {
        onMade();
        yield Buffer.from(`${id}\t${word}\n`);
      }
    })(),
  };
}

/** Server processes, by which connections are told apart. */
async function ids(of: Pool | PoolClient): Promise<number[]> {
  return (await of.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows.map(({ pid }) => pid);
}

/** Nobody else gets at the table until it is released. */
async function lock(table: string) {
  const holder = await pool.connect();
  await holder.query('BEGIN');
  await holder.query(`LOCK TABLE ${table}`);
  return {
    /** @returns the process that waits */
    async waitedFor(): Promise<number> {
      const waiting = `SELECT pid FROM pg_locks WHERE relation = $1::regclass AND NOT granted`;
      await expect.poll(async () => (await holder.query(waiting, [table])).rowCount).toBe(1);
      return (await holder.query(waiting, [table])).rows[0].pid;
    },
    async release() {
      await holder.query('COMMIT');
      holder.release();
    },
  };
}

/** Waits until the figure has stood still for a while. */
async function settled(figure: () => number): Promise<void> {
  let last = -1;
  await expect
    .poll(
      () => {
        const stands = figure() === last;
        last = figure();
        return stands;
      },
      { interval: 100 },
    )
    .toBe(true);
}
