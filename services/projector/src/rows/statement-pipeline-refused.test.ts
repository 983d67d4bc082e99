import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  copyOf,
  large,
  processOf,
  renaming,
  rows,
  settled,
  TABLES,
  ThreeTables,
} from '../testing/three-tables.js';
import type { Statement } from './statement.js';

let tables: ThreeTables;
beforeEach(async () => {
  tables = await ThreeTables.create();
});
afterEach(() => tables.close());

describe('a row that the server refuses', () => {
  it.each(TABLES)('in the %s table: nothing is written, and the connection goes on', async (refusing) => {
    const client = await processOf(tables.pool);
    const copies = TABLES.map((table) =>
      copyOf(table, table === refusing ? [...rows(10), ...rows(1)] : rows(10)),
    );
    await expect(tables.write(copies)).rejects.toMatchObject({ code: '23505', table: refusing });
    expect(await processOf(tables.pool)).toBe(client);
    await tables.expectAsBefore();
    expect(await processOf(tables.pool)).toBe(client);
  });

  it('ends the encoding of what is behind it', async () => {
    let made = 0;
    const copies = [copyOf('first', [...rows(10), ...rows(1)]), large('last', () => made++)];
    await expect(tables.write(copies)).rejects.toMatchObject({ code: '23505' });
    await settled(() => made);
    // Rows were made before the refusal came; the sockets hold most of them.
    expect(made).toBeLessThan(64);
    await tables.expectAsBefore();
  });

  it('is reported also for a statement that cannot begin', async () => {
    const copies = [copyOf('first', rows(10)), copyOf('missing', rows(10)), copyOf('last', rows(10))];
    await expect(tables.write(copies)).rejects.toMatchObject({ code: '42P01' });
    await tables.expectAsBefore();
  });
});

describe('a statement that the server refuses', () => {
  const dividing = (by: number): Statement => ({ text: 'SELECT 1 / $1::int', values: [by] });
  class Meant extends Error {}
  const meaning: Pick<Statement, 'refusal'> = {
    refusal: ({ code }) => (code === '22012' ? new Meant() : undefined),
  };

  it('behind rows: nothing is written, and the connection goes on', async () => {
    const connection = await processOf(tables.pool);
    const copies = TABLES.map((table) => copyOf(table, rows(10)));
    await expect(tables.write([...copies, dividing(0)])).rejects.toMatchObject({ code: '22012' });
    expect(await processOf(tables.pool)).toBe(connection);
    await tables.expectAsBefore();
    expect(await processOf(tables.pool)).toBe(connection);
  });

  it('before rows: they are skipped, and no longer encoded', async () => {
    let made = 0;
    await expect(tables.write([dividing(0), large('last', () => made++)])).rejects.toMatchObject({
      code: '22012',
    });
    await settled(() => made);
    expect(made).toBeLessThan(64);
    await tables.expectAsBefore();
  });

  it('has the meaning that it was given, and no other has it', async () => {
    const copy = copyOf('first', rows(10));
    await expect(tables.write([copy, { ...dividing(0), ...meaning }])).rejects.toThrow(Meant);
    await expect(tables.write([copy, { ...dividing(1), ...meaning }, dividing(0)])).rejects.not.toThrow(
      Meant,
    );
    await expect(tables.write([dividing(0), { ...dividing(0), ...meaning }])).rejects.not.toThrow(Meant);
    const other = { text: `SELECT 'word'::int`, ...meaning };
    await expect(tables.write([other])).rejects.toMatchObject({ code: '22P02' });
    await tables.expectAsBefore();
  });

  it('may be the COMMIT', async () => {
    await tables.pool.query(`ALTER TABLE last ADD UNIQUE (word) DEFERRABLE INITIALLY DEFERRED`);
    const copies = TABLES.map((table) => copyOf(table, rows(10)));
    await expect(tables.write(copies)).rejects.toMatchObject({ code: '23505' });
    expect(await tables.counts()).toEqual([0, 0, 0]);
    await tables.pool.query('ALTER TABLE last DROP CONSTRAINT last_word_key');
    await tables.expectAsBefore();
  });

  it('is reported also when the statement waited for a lock until it was cancelled', async () => {
    const locked = await tables.lock('last');
    const failing = tables.write([copyOf('first', rows(10)), renaming('last', 'renamed')]);
    const failed = expect(failing).rejects.toMatchObject({ code: '57014' });
    await tables.pool.query('SELECT pg_cancel_backend($1)', [await locked.waitedFor()]);
    await failed;
    await locked.release();
    await tables.expectAsBefore();
  });
});
