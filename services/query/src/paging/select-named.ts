/** SQL of lists of projects and of agents: few enough that each statement may sort them all. */
import {
  beside,
  COUNT_LIMIT,
  type KeyValue,
  type Order,
  orderBy,
  type PageRequest,
  type Parameter,
} from '@att/platform/paging';
import { escapeLike } from '@att/platform/postgres';
import { heldAt, type RunTableName } from '@att/platform/projections';
import type { Reader } from '../database/reader.js';
import type { Snapshot } from '../read-model/snapshot.js';
import {
  AT_POSITION,
  type ReadPosition,
  readPositionOf,
  SNAPSHOT_COLUMNS,
  type SnapshotRow,
  snapshotOf,
} from '../read-model/snapshot.js';

/** Key that a list can be sorted by. */
export interface SortKey extends Pick<Order, 'key' | 'type'> {
  /** Column of the versions' table, for a key that changes in the life of a row. */
  moving?: string;
}

export interface NamedListRequest {
  /** Order of the rows `c`. */
  order: Order;
  moving: SortKey['moving'] | undefined;
  page: PageRequest;
  /** Parts of the name, case-folded; none for all rows. */
  words: readonly string[];
  /** SQL of the rows as they were at `g.at`. @param condition on their table `o` */
  rowsAt(condition: string): string;
  /** Table of the rows, with its generation. */
  table: string;
  /** Table of their versions. */
  versions: RunTableName;
}

export interface NamedList<Row> {
  /** Rows, one more than the limit where there are more; a page before a row is in reverse order. */
  rows: { key: [KeyValue, number]; row: Row }[];
  total: number;
  isExact: boolean;
}

type Row<Fields> = SnapshotRow & { total: number; list_key: KeyValue; list_id: number | null } & Fields;

export async function selectNamed<Fields extends object>(
  reader: Reader,
  generation: number,
  at: number | null,
  request: NamedListRequest,
): Promise<Snapshot<NamedList<Fields>> | undefined> {
  const rows = await reader.query<Row<Fields>>(listStatement(request, generation, at));
  const first = rows[0];
  if (first === undefined) return undefined;
  const found = rows.flatMap((row) => (row.list_id === null ? [] : [keyed<Fields>(row, row.list_id)]));
  const isExact = request.words.length === 0;
  return snapshotOf(first, { rows: found, total: first.total, isExact });
}

/** Statement that finds the page by ids and keys first, and then its rows: counts are looked up for these alone. */
function listStatement(request: NamedListRequest, generation: number, at: number | null) {
  const { order, page, words, rowsAt, table } = request;
  const values: unknown[] = [generation, at];
  const parameter: Parameter = (value, type) => `$${values.push(value)}::${type}`;
  const readPosition = readPositionOf(at);
  const wanted = readPosition.upTo('c.present_from');
  if (words.length > 0) {
    const patterns = words.map((word) => `%${escapeLike(word)}%`);
    wanted.push(`c.name_key LIKE ALL (${parameter(patterns, 'text[]')})`);
  }
  const where = (conditions: readonly string[]) =>
    conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const counted = words.length === 0 ? '' : `LIMIT ${COUNT_LIMIT + 1}`;
  const besideCursor = page.cursor === undefined ? [] : [beside(order, page.cursor, parameter)];
  const text = `
      SELECT ${SNAPSHOT_COLUMNS}, n.total, l.*
      FROM (${AT_POSITION}) g
      CROSS JOIN LATERAL (
        SELECT count(*) AS total FROM (SELECT FROM ${table} c ${where(wanted)} ${counted}) counted
      ) n
      LEFT JOIN LATERAL (
        SELECT f.*, r.*
        FROM (
          SELECT row_number() OVER () AS list_place, s.*
          FROM (
            SELECT ${order.key} AS list_key, ${order.id} AS list_id
            FROM ${keys(request, generation, readPosition)} c
            ${where([...wanted, ...besideCursor])}
            ORDER BY ${orderBy(order, page.cursor?.direction === 'prev')}
            LIMIT ${parameter(page.limit + 1, 'bigint')} OFFSET ${parameter(page.offset, 'bigint')}
          ) s
        ) f
        CROSS JOIN LATERAL (${rowsAt('o.id = f.list_id')}) r
      ) l ON true
      ORDER BY l.list_place`;
  return { text, values };
}

/** SQL of the rows with their sort key as it was at the position. */
function keys(
  { moving, table, versions }: NamedListRequest,
  generation: number,
  readPosition: ReadPosition,
): string {
  if (moving === undefined || !readPosition.isPast) return table;
  const held = heldAt({ table: versions, generation, key: 'id = o.id', columns: [moving], at: '$2' });
  return `(
              SELECT o.id, o.name_key, o.present_from, v.${moving}
              FROM ${table} o
              CROSS JOIN LATERAL (${held}
              ) v
            )`;
}

function keyed<Row extends object>(row: Row & { list_key: KeyValue }, id: number) {
  return { key: [row.list_key, id] as [KeyValue, number], row: row as Row };
}
