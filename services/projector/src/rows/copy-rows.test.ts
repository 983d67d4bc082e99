import { withClient } from '@att/platform/postgres';
import { createTestDatabase, printedSeed, type TestDatabase } from '@att/platform/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bigint,
  bigints,
  type Column,
  type CopyColumn,
  type CopyEncoder,
  float,
  type ItemEncoder,
  json,
  list,
  named,
  numeric,
  text,
  time,
} from './column.js';
import { copyRows } from './copy-rows.js';
import { poisonIfRefused } from './poison-error.js';
import { StatementPipeline } from './statement-pipeline.js';
import { updateRows } from './update-rows.js';
import type { Write } from './write.js';

interface Item {
  whole: number | null;
  at: string | null;
  sum: bigint | null;
}

interface Row extends Item {
  id: number;
  word: string | null;
  double: number | null;
  document: string | null;
  numbers: number[];
  items: Item[];
}

const items = ({ items }: Row) => items;
const LISTS = named<ItemEncoder<Item>>({
  wholes: bigint(({ whole }) => whole),
  times: time(({ at }) => at),
  sums: numeric(({ sum }) => sum),
}).map((column) => list(column, items));
const ID: Column<Row> = { ...bigint<Row>(({ id }) => id), name: 'id' };
const COLUMNS: CopyColumn<Row>[] = [
  ID,
  ...named<CopyEncoder<Row>>({
    whole: bigint(({ whole }) => whole),
    word: text(({ word }) => word),
    double: float(({ double }) => double),
    document: json(({ document }) => document),
    at: time(({ at }) => at),
    sum: numeric(({ sum }) => sum),
    numbers: bigints(({ numbers }) => numbers),
  }),
  ...LISTS,
];

const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { freq: 8 });
const signed = fc.constantFrom(1n, -1n);
const ROUND = [
  0n,
  1n,
  9_999n,
  10_000n,
  10_001n,
  10n ** 8n,
  2n ** 53n - 1n,
  2n ** 53n,
  10n ** 30n,
  10n ** 314n,
];
const anyWhole = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(2 ** 53, -(2 ** 53), 2 ** 32, -(2 ** 32)),
);
const anyItem = {
  whole: orNull(anyWhole),
  at: orNull(
    fc
      .oneof(
        fc.integer({ min: Date.parse('0001-01-01T00:00:00.000Z'), max: Date.UTC(9999, 11, 31) }),
        fc.integer({ min: Date.UTC(1999, 11, 31, 23, 59, 58), max: Date.UTC(2000, 0, 1, 0, 0, 2) }),
      )
      .map((millis) => new Date(millis).toISOString()),
  ),
  sum: orNull(
    fc.oneof(
      fc.tuple(fc.constantFrom(...ROUND), signed).map(([value, sign]) => value * sign),
      fc.bigInt(),
    ),
  ),
};
const anyRow = fc.record({
  ...anyItem,
  word: orNull(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }).map((value) => value.replaceAll('\0', '')),
      fc.constantFrom('', '\\N', '\\.', 'NULL', '\t\r\n', 'ж'.repeat(70_000), 'half \ud800'),
    ),
  ),
  double: orNull(fc.double()),
  document: orNull(fc.json()),
  numbers: fc.array(anyWhole, { maxLength: 5 }),
  items: fc.array(fc.record(anyItem), { maxLength: 5 }),
});

/** SQL of a time as PostgreSQL shows it. */
const shownTime = (column: string) => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const shownItems = `
  ARRAY(SELECT jsonb_build_array(u.w::text, ${shownTime('u.t')}, u.s::text)
        FROM unnest(wholes, times, sums) WITH ORDINALITY AS u (w, t, s, n) ORDER BY n)::text[] AS items`;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool().query(`
    CREATE TABLE kinds (
      id bigint PRIMARY KEY, whole bigint, word text, double float8, document json, at timestamptz(3), sum numeric,
      numbers bigint[], wholes bigint[], times timestamptz(3)[], sums numeric[])`);
});
afterAll(() => database.drop());

function write(...writes: Write[]): Promise<void> {
  const statements = writes.map((write) => write()).filter((statement) => statement !== undefined);
  const pipeline = new StatementPipeline([{ text: 'BEGIN' }, ...statements, { text: 'COMMIT' }]);
  return withClient(
    database.pool(),
    (client) => pipeline.send(client),
    () => pipeline.isAnswered,
  );
}

async function shown(): Promise<unknown[]> {
  const { rows } = await database.pool().query(`
    SELECT whole::text, word, double::text, document::text, ${shownTime('at')} AS at, sum::text, numbers::text, ${shownItems}
    FROM kinds ORDER BY id`);
  return rows.map((row) => ({
    ...row,
    double: row.double === null ? null : Number(row.double),
    items: row.items.map((item: string) => JSON.parse(item)),
  }));
}

const shownItem = ({ whole, at, sum }: Item) => [
  whole === null ? null : wholeText(whole),
  at,
  sum?.toString() ?? null,
];
const wholeText = (whole: number) => BigInt(whole).toString();
const expected = (row: Row) => ({
  whole: row.whole === null ? null : wholeText(row.whole),
  word: row.word?.toWellFormed() ?? null,
  double: row.double,
  document: row.document?.toWellFormed() ?? null,
  at: row.at,
  sum: row.sum?.toString() ?? null,
  numbers: `{${row.numbers.map(wholeText).join()}}`,
  items: row.items.map(shownItem),
});

describe('copied rows', () => {
  it('are the very rows once PostgreSQL has them, whatever is in them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 20 }), async (drawn) => {
        const rows = drawn.map((row, id) => ({ ...row, id }));
        await database.pool().query('TRUNCATE kinds');
        await write(copyRows('kinds', COLUMNS, rows));
        expect(await shown()).toEqual(rows.map(expected));
      }),
      { seed: printedSeed('copied rows') },
    );
  });

  it('have the same arrays as those that are updated', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 20 }), async (drawn) => {
        const rows = drawn.map((row, id) => ({ ...row, id }));
        await database.pool().query('TRUNCATE kinds');
        await write(
          copyRows(
            'kinds',
            COLUMNS,
            rows.map((row) => ({ ...row, items: [] })),
          ),
        );
        await write(
          updateRows('kinds', [ID], LISTS, rows, ({ name, of }) => `t.${name} || c.${name}::${of}[]`),
        );
        expect(await shown()).toEqual(rows.map(expected));
      }),
      { seed: printedSeed('updated arrays'), numRuns: 30 },
    );
  });

  const none: Row = {
    id: 1,
    whole: null,
    word: null,
    double: null,
    document: null,
    at: null,
    sum: null,
    numbers: [],
    items: [],
  };

  it('have every millisecond of a second, before 2000 too', async () => {
    await database.pool().query('TRUNCATE kinds');
    const rows = [Date.UTC(1969, 11, 31, 23, 59, 59), Date.UTC(1999, 11, 31, 23, 59, 59), Date.UTC(2300, 0)]
      .flatMap((second) =>
        Array.from({ length: 1000 }, (_, milli) => ({ ...none, at: new Date(second + milli).toISOString() })),
      )
      .map((row, id) => ({ ...row, id }));
    await write(copyRows('kinds', COLUMNS, rows));
    expect(await shown()).toEqual(rows.map(expected));
  });

  it.each([
    ['a NUL in a text', { word: 'a\0b' }, '22021'],
    ['a NUL in a document', { document: '"a\0b"' }, '22021'],
    ['a document that is none', { document: '{' }, '22P02'],
    ['a time that PostgreSQL does not have', { at: '-005000-01-01T00:00:00.000Z' }, '22008'],
  ])('are refused with %s, as poison', async (_, odd, code) => {
    await database.pool().query('TRUNCATE kinds');
    const error = await write(copyRows('kinds', COLUMNS, [{ ...none, ...odd }])).catch((error) => error);
    expect(error).toMatchObject({ code });
    expect(poisonIfRefused(error)).toMatchObject({ name: 'PoisonError' });
  });

  it.each([
    ['a time that is none', { at: 'yesterday' }],
    ['a bigint that is not whole', { whole: 0.5 }],
  ])('cannot be encoded with %s', (_, odd) => {
    expect(() => copyRows('kinds', COLUMNS, [{ ...none, ...odd }])()).toThrow(RangeError);
  });
});
