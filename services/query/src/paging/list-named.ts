/** Lists of projects and of agents, which have names: from the parameters to the answer but for the rows' form. */
import { type AsOf, searchWords } from '@att/contracts';
import { cutPage, type Order, pageAsOf, pageRequest, totalHeaders } from '@att/platform/paging';
import type { ProjectionName } from '@att/platform/projections';
import type { ReadModel } from '../read-model/read-model.js';
import { positionHeader } from '../read-model/snapshot.js';
import { type NamedListRequest, type SortKey, selectNamed } from './select-named.js';

export interface NamedListQuery {
  sort: string;
  limit: number;
  offset?: number | undefined;
  cursor?: string | undefined;
  q?: string | undefined;
  min_position?: number | undefined;
  as_of?: AsOf | undefined;
}

export interface NamedList {
  projection: ProjectionName;
  /** Sort keys by the names that `sort` takes. */
  keys: Readonly<Record<string, SortKey>>;
  /** SQL for a generation's tables. */
  sql(generation: number): Pick<NamedListRequest, 'rowsAt' | 'table' | 'versions'>;
}

export async function listNamed<Fields extends object>(
  models: ReadModel,
  { query, target, signal }: { query: NamedListQuery; target: string; signal: AbortSignal },
  { projection, keys, sql }: NamedList,
) {
  const isDescending = query.sort.startsWith('-');
  const { moving, ...key } = keys[isDescending ? query.sort.slice(1) : query.sort] as SortKey;
  const order: Order = { ...key, id: 'c.id', isDescending, isNullable: false };
  const page = pageRequest(query, order, target);
  const asOf = pageAsOf(page, query.as_of);
  const words = searchWords(query.q ?? '');
  const { position, epoch, value, etag } = await models.read(
    { projection, minPosition: query.min_position, ...asOf, besideRow: page.cursor?.key[1], signal },
    (reader, generation, at) =>
      selectNamed<Fields>(reader, generation, at, { order, moving, page, words, ...sql(generation) }),
  );
  // Rows never move in the order of their ids, so pages that are read live neither skip nor repeat one.
  const at = asOf.asOf === undefined && key.key === order.id ? null : position;
  const cut = cutPage(value.rows, page, { at, epoch }, target);
  const headers = {
    ...positionHeader(position),
    ...totalHeaders(value.total, value.isExact),
    ...cut.headers,
  };
  return { headers, etag, rows: cut.rows.map(({ row }) => row) };
}
