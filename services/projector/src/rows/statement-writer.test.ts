import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyOf, renaming, rows, ThreeTables } from '../testing/three-tables.js';

let tables: ThreeTables;
beforeEach(async () => {
  tables = await ThreeTables.create();
});
afterEach(() => tables.close());

describe('a statement with a name', () => {
  const words = async () =>
    (await tables.pool.query(`SELECT DISTINCT word FROM last`)).rows.map(({ word }) => word);
  const prepared = async () =>
    (
      await tables.pool.query(
        'SELECT name, statement, prepare_time::text FROM pg_prepared_statements ORDER BY name',
      )
    ).rows;

  it('is prepared once a connection, and gets the values of each time', async () => {
    await tables.write([copyOf('last', rows(5)), renaming('last', 'once'), renaming('last', 'twice')]);
    const before = await prepared();
    expect(before).toMatchObject([{ name: 'rename-last' }]);
    expect(await words()).toEqual(['twice']);
    await tables.write([renaming('last', 'again')]);
    expect(await words()).toEqual(['again']);
    expect(await prepared()).toEqual(before);
    expect(tables.pool.totalCount).toBe(1);
  });

  it('works again after a failure, whether that left it prepared or not', async () => {
    const refused = { text: 'SELECT 1 / 0' };
    await tables.write([copyOf('last', rows(5))]);
    await expect(
      tables.write([renaming('last', 'never'), refused, renaming('first', 'never')]),
    ).rejects.toThrow();
    expect(await prepared()).toMatchObject([{ name: 'rename-last' }]);
    await tables.write([renaming('first', 'renamed'), renaming('last', 'renamed')]);
    expect(await words()).toEqual(['renamed']);
    const before = await prepared();
    await expect(tables.write([refused, renaming('last', 'never')])).rejects.toThrow();
    await tables.write([renaming('last', 'again')]);
    expect(await words()).toEqual(['again']);
    expect(await prepared()).toEqual(before);
    expect(tables.pool.totalCount).toBe(1);
  });

  it('may have another text', async () => {
    await tables.write([copyOf('last', rows(5)), renaming('last', 'renamed')]);
    const other = { ...renaming('last', 'changed'), text: 'UPDATE last SET word = upper($2) WHERE id < $1' };
    await tables.write([renaming('last', 'again'), other]);
    expect(await words()).toEqual(['CHANGED']);
    expect(await prepared()).toMatchObject([{ statement: other.text }]);
    await tables.write([renaming('last', 'again')]);
    expect(await words()).toEqual(['again']);
  });
});
