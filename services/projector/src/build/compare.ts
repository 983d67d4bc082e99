/** Compares a build with the active generation, row for row, both in one snapshot and at one position. */
import type { Comparison } from '@att/contracts';
import { withClient } from '@att/platform/postgres';
import { generationTable, type TableName } from '@att/platform/projections';
import type { ClientBase, Pool } from 'pg';
import { FencedError } from '../generations/superseded-error.js';
import { tablesOf } from '../generations/tables-of.js';

/** Snapshot of the database that several connections can read from. */
export interface SharedSnapshot {
  /** Id for `SET TRANSACTION SNAPSHOT`. */
  id: string;
  end(): Promise<void>;
}

export async function exportSnapshot(pool: Pool): Promise<SharedSnapshot> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await client.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
    return {
      id: rows[0]?.id as string,
      async end() {
        const failed = await client.query('COMMIT').catch((error: Error) => error);
        client.release(failed instanceof Error);
      },
    };
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/**
 * Compares two generations by checksums of their tables. Each is read over a connection of its own, as both take as long.
 *
 * @throws FencedError when another projector moved one of them before the snapshot was taken
 */
export function compare(
  pool: Pool,
  snapshot: SharedSnapshot,
  build: number,
  active: number,
): Promise<Comparison> {
  return readIn(pool, snapshot, (ofBuild) =>
    readIn(pool, snapshot, async (ofActive) => {
      const position = await commonPosition(ofBuild, [build, active]);
      const names = await tablesOf(ofBuild, build);
      // All tables of each in a row: neither connection waits for the other after each table.
      const [sums, activeSums] = await Promise.all([
        checksums(ofBuild, build, names),
        checksums(ofActive, active, names),
      ]);
      const tables: Comparison['tables'] = [];
      for (const [index, name] of names.entries()) {
        const [is, was] = [sums[index] as Checksum, activeSums[index] as Checksum];
        const [table, activeTable] = [generationTable(name, build), generationTable(name, active)];
        tables.push({
          table: name,
          rows: is.rows,
          active_rows: was.rows,
          checksum: is.checksum,
          active_checksum: was.checksum,
          differing_rows: isSame(is, was) ? 0 : await differingRows(ofBuild, table, activeTable),
        });
      }
      const equal = tables.every((table) => table.differing_rows === 0);
      return { with: active, position, equal, tables };
    }),
  );
}

/** Reads within a transaction that sees the snapshot. */
async function readIn<T>(
  pool: Pool,
  { id }: SharedSnapshot,
  read: (client: ClientBase) => Promise<T>,
): Promise<T> {
  return withClient(pool, async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SET TRANSACTION SNAPSHOT '${id}'`);
    const result = await read(client);
    await client.query('COMMIT');
    return result;
  });
}

/** Position of both generations in the snapshot: meanwhile they go on. */
async function commonPosition(client: ClientBase, generations: readonly number[]): Promise<number> {
  const { rows } = await client.query<{ position: number }>(
    'SELECT DISTINCT position FROM projection.generations WHERE id = ANY ($1)',
    [generations],
  );
  const [first, ...others] = rows;
  if (first === undefined || others.length > 0)
    throw new FencedError('another projector moved the checkpoint');
  return first.position;
}

interface Checksum {
  rows: number;
  checksum: string;
}

const isSame = (a: Checksum, b: Checksum) => a.checksum === b.checksum && a.rows === b.rows;

async function checksums(
  client: ClientBase,
  generation: number,
  names: readonly TableName[],
): Promise<Checksum[]> {
  const sums: Checksum[] = [];
  for (const name of names) sums.push(await checksum(client, generationTable(name, generation)));
  return sums;
}

/** SQL of a row's hash, which takes a third of the time of a hash of its text. JSON is cast to text, as it has no hash. */
async function hashedRow(client: ClientBase, table: string): Promise<string> {
  const { rows } = await client.query<{ value: string }>(
    `SELECT CASE WHEN atttypid = 'json'::regtype THEN format('%I::text', attname) ELSE quote_ident(attname) END AS value
     FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table],
  );
  return `hash_record_extended(ROW(${rows.map(({ value }) => value).join(', ')}), 0)`;
}

/** Checksum that does not depend on the order of the rows. No two rows of a table are equal, so none cancels another out. */
async function checksum(client: ClientBase, table: string): Promise<Checksum> {
  const row = await hashedRow(client, table);
  const { rows } = await client.query<Checksum>(
    `SELECT count(*) AS rows, to_hex(coalesce(bit_xor(${row}), 0)) AS checksum FROM ${table}`,
  );
  return rows[0] as Checksum;
}

/** Number of rows that only one of the two tables has. A row that differs is in both, and counts once. */
async function differingRows(client: ClientBase, of: string, other: string): Promise<number> {
  const row = await hashedRow(client, of);
  const { rows } = await client.query<{ differing: number }>(
    `SELECT greatest(count(*) FILTER (WHERE side > 0), count(*) FILTER (WHERE side < 0)) AS differing
     FROM (
       SELECT sum(side) AS side
       FROM (SELECT ${row} AS hash, 1 AS side FROM ${of} UNION ALL SELECT ${row}, -1 FROM ${other}) both_sides
       GROUP BY hash
     ) hashes`,
  );
  return rows[0]?.differing ?? 0;
}
