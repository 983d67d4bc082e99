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
import type { Reader } from '../database/reader.js';
import type { Snapshot } from '../read-model/snapshot.js';
import { type AsOf, AT_POSITION } from '../read-model/snapshot.js';

export interface NamedListRequest {
  order: Order;
  page: PageRequest;
  /** A part of the name, folded. */
  q: string | undefined;
  /** SQL: the rows as they were at `g.at`, under conditions on their table `o`; with the id and the keys of every order. */
  rowsAt(condition: string): string;
  /** SQL: the table of the rows. */
  table: string;
}

export interface NamedList<Row> {
  /** One more than asked for where there are more; a page before a row comes the other way round. */
  rows: { key: [KeyValue, number]; row: Row }[];
  total: number;
  isExact: boolean;
}

export async function selectNamed<Row extends object>(
  reader: Reader,
  generation: number,
  at: number | null,
  { order, page, q, rowsAt, table }: NamedListRequest,
): Promise<Snapshot<NamedList<Row>> | undefined> {
  const values: unknown[] = [generation, at];
  const parameter: Parameter = (value, type) => `$${values.push(value)}::${type}`;
  const isBackwards = page.cursor?.direction === 'prev';
  const condition =
    q === undefined ? 'true' : `o.name_key LIKE ${parameter(`%${q.replaceAll(/[\\%_]/g, '\\$&')}%`, 'text')}`;
  const position = page.cursor === undefined ? 'true' : beside(order, page.cursor, parameter);
  const counted = q === undefined ? '' : `LIMIT ${COUNTED + 1}`;
  const rows = await reader.query<AsOf & { total: number; list_key: KeyValue; list_id: number | null } & Row>(
    {
      text: `
      SELECT g.at AS as_of, n.total, l.*
      FROM (${AT_POSITION}) g
      CROSS JOIN LATERAL (
        SELECT count(*) AS total FROM (
          SELECT FROM ${table} o WHERE o.id <= g.at AND ${condition} ${counted}
        ) counted
      ) n
      LEFT JOIN LATERAL (
        SELECT row_number() OVER () AS list_place, s.*
        FROM (
          SELECT ${order.key} AS list_key, ${order.id} AS list_id, c.*
          FROM (${rowsAt(condition)}) c
          WHERE ${position}
          ORDER BY ${orderBy(order, isBackwards)}
          LIMIT ${parameter(page.limit + 1, 'bigint')} OFFSET ${parameter(page.offset, 'bigint')}
        ) s
      ) l ON true
      ORDER BY l.list_place`,
      values,
    },
  );
  const first = rows[0];
  if (first === undefined) return undefined;
  const found = rows.flatMap((row) => (row.list_id === null ? [] : [keyed<Row>(row, row.list_id)]));
  return { position: first.as_of, value: { rows: found, total: first.total, isExact: q === undefined } };
}

function keyed<Row extends object>(row: Row & { list_key: KeyValue }, id: number) {
  return { key: [row.list_key, id] as [KeyValue, number], row: row as Row };
}
