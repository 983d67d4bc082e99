/** Lists of what has a name: few enough that each answer may sort them all. */
import {
  beside,
  COUNTED,
  type KeyValue,
  type Order,
  orderBy,
  type PageRequest,
  type Parameter,
} from '@att/platform/paging';
import { heldAt, type RunTableName } from '@att/platform/projections';
import type { Reader } from '../database/reader.js';
import type { Snapshot } from '../read-model/snapshot.js';
import {
  AT_POSITION,
  type Moments,
  momentsOf,
  READ_AT,
  type SnapshotRow,
  snapshotOf,
} from '../read-model/snapshot.js';

/** What a list can be sorted by. */
export interface SortKey extends Pick<Order, 'key' | 'type'> {
  /** The column that it is, if it changes in the life of a row. */
  moving?: string;
}

export interface NamedListRequest {
  /** Of the rows `c`. */
  order: Order;
  moving: SortKey['moving'] | undefined;
  page: PageRequest;
  /** Parts of the name, folded; none for all. */
  words: readonly string[];
  /** SQL: the rows as they were at `g.at`, under conditions on their table `o`. */
  rowsAt(condition: string): string;
  /** SQL: the table of the rows as they are now. */
  table: string;
  /** Table of their versions. */
  versions: RunTableName;
}

export interface NamedList<Row> {
  /** One more than asked for where there are more; a page before a row comes the other way round. */
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

/** The page by ids and keys first, then its rows: what they count is looked up for these alone. */
function listStatement(request: NamedListRequest, generation: number, at: number | null) {
  const { order, page, words, rowsAt, table } = request;
  const values: unknown[] = [generation, at];
  const parameter: Parameter = (value, type) => `$${values.push(value)}::${type}`;
  const moments = momentsOf(at);
  const wanted = moments.until('c.present_from');
  if (words.length > 0) {
    const patterns = words.map((word) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`);
    wanted.push(`c.name_key LIKE ALL (${parameter(patterns, 'text[]')})`);
  }
  const where = (conditions: readonly string[]) =>
    conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const counted = words.length === 0 ? '' : `LIMIT ${COUNTED + 1}`;
  const behind = page.cursor === undefined ? [] : [beside(order, page.cursor, parameter)];
  const text = `
      SELECT ${READ_AT}, n.total, l.*
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
            FROM ${keys(request, generation, moments)} c
            ${where([...wanted, ...behind])}
            ORDER BY ${orderBy(order, page.cursor?.direction === 'prev')}
            LIMIT ${parameter(page.limit + 1, 'bigint')} OFFSET ${parameter(page.offset, 'bigint')}
          ) s
        ) f
        CROSS JOIN LATERAL (${rowsAt('o.id = f.list_id')}) r
      ) l ON true
      ORDER BY l.list_place`;
  return { text, values };
}

/** SQL of the rows with what the order goes by, as it was at the position. */
function keys({ moving, table, versions }: NamedListRequest, generation: number, moments: Moments): string {
  if (moving === undefined || !moments.isPast) return table;
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
