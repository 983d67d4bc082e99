/** Three tables that a pipeline writes to, and what becomes of them. */

import { withClient } from '@att/platform/postgres';
import { createTestDatabase, type TestDatabase } from '@att/platform/testing';
import type { Pool, PoolClient } from 'pg';
import { expect } from 'vitest';
import { bigint, type CopyEncoder, named, text } from '../rows/column.js';
import { copyRows } from '../rows/copy-rows.js';
import type { CopyIn, Statement } from '../rows/statement.js';
import { StatementPipeline } from '../rows/statement-pipeline.js';

export interface Row {
  id: number;
  word: string;
}

export const TABLES = ['first', 'middle', 'last'] as const;
const COLUMNS = named<CopyEncoder<Row>>({ id: bigint(({ id }) => id), word: text(({ word }) => word) });
/** More than waits for the server at a time, by far. */
export const LARGE = 96;
export const MIB = 1024 * 1024;

export class ThreeTables {
  private constructor(readonly database: TestDatabase) {}

  static async create(): Promise<ThreeTables> {
    const tables = new ThreeTables(await createTestDatabase());
    for (const table of TABLES) {
      await tables.pool.query(`CREATE TABLE ${table} (id bigint PRIMARY KEY, word text)`);
    }
    return tables;
  }

  get pool(): Pool {
    return this.database.pool();
  }

  /** Writes as a batch does: between other statements of its transaction. */
  write(statements: readonly (CopyIn | Statement)[], through = this.pool): Promise<void> {
    const first = { text: `UPDATE first SET word = 'changed'` };
    const pipeline = new StatementPipeline([{ text: 'BEGIN' }, first, ...statements, { text: 'COMMIT' }]);
    return withClient(
      through,
      (client) => pipeline.send(client),
      () => pipeline.isAnswered,
    );
  }

  /** Counts one table after the other, so that a pool needs one connection. */
  async counts(): Promise<number[]> {
    const counts: number[] = [];
    for (const table of TABLES) {
      counts.push((await this.pool.query(`SELECT count(*) FROM ${table}`)).rows[0].count);
    }
    return counts;
  }

  /** Nothing is left of what failed, no connection is lent, and a batch goes in. */
  async expectAsBefore(): Promise<void> {
    expect(await this.counts()).toEqual([0, 0, 0]);
    expect(this.pool.totalCount).toBe(this.pool.idleCount);
    await this.write(TABLES.map((table) => copyOf(table, rows(10))));
    expect(await this.counts()).toEqual([10, 10, 10]);
  }

  /** Nobody else gets at the table until it is released. */
  async lock(table: string) {
    const holder = await this.pool.connect();
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

  close(): Promise<void> {
    return this.database.drop();
  }
}

export const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ id: index + 1, word: 'word' }));

/** Rows as folds encode them. */
export function copyOf(table: string, of: readonly Row[]): CopyIn {
  const encoded = copyRows(table, COLUMNS, of)();
  if (encoded === undefined || !('parts' in encoded)) throw new Error('no rows');
  return encoded;
}

/** Large rows, each made when it is wanted. */
export function large(table: string, onMade: () => void): CopyIn {
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

/** Named as those of a batch are. */
export const renaming = (table: string, word: string): Statement => ({
  name: `rename-${table}`,
  text: `UPDATE ${table} SET word = $2 WHERE id < $1`,
  values: [6, word],
});

/** Id of the server's process, which identifies a connection; for a pool it is that of the connection that it lends next. */
export async function processOf(connection: Pool | PoolClient): Promise<number> {
  return (await connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid as number;
}

/** Waits until the figure has stood still for a while. */
export async function settled(figure: () => number): Promise<void> {
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
