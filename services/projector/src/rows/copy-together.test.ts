import { createPool } from '@att/platform/postgres';
import { createTestDatabase, silentLog, type TestDatabase } from '@att/platform/testing';
import type { Pool, PoolClient } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../in-transaction.js';
import { bigint, text } from './column.js';
import { copyRows } from './copy-rows.js';
import { type CopyIn, copyTogether } from './copy-together.js';

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
  if (encoded === undefined || typeof encoded === 'function') throw new Error('no rows');
  return encoded;
}

/** As a batch does it, after another statement of its transaction. */
const write = (copies: readonly CopyIn[], through = pool) =>
  inTransaction(through, async (client) => {
    await client.query(`UPDATE first SET word = 'changed'`);
    await copyTogether(client, copies);
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
    const copying = copyTogether(client, [copyOf('first', rows(10)), large('last', () => made++)]);
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
    const copies = TABLES.map((table) => (table === failing ? poisoned(table) : copyOf(table, rows(10))));
    await expect(write(copies)).rejects.toMatchObject({ name: 'PoisonError', message: 'cannot be encoded' });
    await isAsBefore();
  });
});

describe('a connection that is lost midway', () => {
  it('fails the batch, and the next connection takes it', async () => {
    const locked = await lock('last');
    let pid = 0;
    const failing = inTransaction(pool, async (client) => {
      [pid] = (await ids(client)) as [number];
      await copyTogether(client, [copyOf('first', rows(10)), large('last', () => {})]);
    });
    const failed = expect(failing).rejects.toThrow();
    await locked.waitedFor();
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
    async waitedFor() {
      const waiting = `SELECT 1 FROM pg_locks WHERE relation = $1::regclass AND NOT granted`;
      await expect.poll(async () => (await holder.query(waiting, [table])).rowCount).toBe(1);
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
