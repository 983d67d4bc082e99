/** The list of what has a name, from its parameters to its answer but for the rows' form. */
import { type AsOf, searchWords } from '@att/contracts';
import { cutPage, type Order, pageAsOf, pageRequest, totalHeaders } from '@att/platform/paging';
import type { ProjectionName } from '@att/platform/projections';
import { positionHeader } from '../read-model/headers.js';
import type { ReadModel } from '../read-model/read-model.js';
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

export interface Named {
  projection: ProjectionName;
  /** By the names that they are asked for with. */
  keys: Readonly<Record<string, SortKey>>;
  /** SQL of a generation. */
  sql(generation: number): Pick<NamedListRequest, 'rowsAt' | 'table' | 'versions'>;
}

export async function listNamed<Fields extends object>(
  models: ReadModel,
  { query, target, signal }: { query: NamedListQuery; target: string; signal: AbortSignal },
  { projection, keys, sql }: Named,
) {
  const isDescending = query.sort.startsWith('-');
  const { moving, ...key } = keys[isDescending ? query.sort.slice(1) : query.sort] as SortKey;
  const order: Order = { ...key, id: 'c.id', isDescending, isNullable: false };
  const page = pageRequest(query, order, target);
  const moment = pageAsOf(page, query.as_of);
  const words = searchWords(query.q ?? '');
  const { position, epoch, value, etag } = await models.read(
    { projection, minPosition: query.min_position, ...moment, signal },
    (reader, generation, at) =>
      selectNamed<Fields>(reader, generation, at, { order, moving, page, words, ...sql(generation) }),
  );
  // In the order of their ids no row ever moves, so pages read live neither skip nor repeat one.
  const at = moment.asOf === undefined && key.key === order.id ? null : position;
  const cut = cutPage(value.rows, page, { at, epoch }, target);
  const headers = {
    ...positionHeader(position),
    ...totalHeaders(value.total, value.isExact),
    ...cut.headers,
  };
  return { headers, etag, rows: cut.rows.map(({ row }) => row) };
}
