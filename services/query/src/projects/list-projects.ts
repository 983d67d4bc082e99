import { foldText, type Project, type ROUTES } from '@att/contracts';
import { cutPage, momentOf, type Order, pageRequest, totalHeaders } from '@att/platform/paging';
import { generationTable } from '@att/platform/projections';
import type { z } from 'zod';
import { type SortKey, selectNamed } from '../paging/select-named.js';
import { positionHeader } from '../read-model/headers.js';
import type { ReadModel } from '../read-model/read-model.js';
import { projectOf } from './project-row.js';
import { projectsAt } from './projects-at.js';

type Query = z.output<(typeof ROUTES)['listProjects']['query']>;

const KEYS = {
  // A project's id is the position of its first event, and later positions are never recorded earlier.
  created: { key: 'c.id', type: 'bigint' },
  updated: { key: 'c.updated_at', type: 'timestamptz', moving: 'updated_at' },
  name: { key: 'c.name_key', type: 'text' },
} as const;

export async function listProjects(
  models: ReadModel,
  { query, target, signal }: { query: Query; target: string; signal: AbortSignal },
) {
  const isDescending = query.sort.startsWith('-');
  const field = (isDescending ? query.sort.slice(1) : query.sort) as keyof typeof KEYS;
  const { moving, ...key }: SortKey = KEYS[field];
  const order: Order = { ...key, id: 'c.id', isDescending, isNullable: false };
  const page = pageRequest(query, order, target);
  const moment = momentOf(page, query.as_of);
  const { position, value, etag } = await models.read(
    { projection: 'projects', minPosition: query.min_position, ...moment, signal },
    (reader, generation, at) =>
      selectNamed<Project>(reader, generation, at, {
        order,
        moving,
        page,
        q: query.q === undefined ? undefined : foldText(query.q),
        rowsAt: (condition) => projectsAt(generation, condition),
        table: generationTable('projects', generation),
        versions: generationTable('project_versions', generation),
      }),
  );
  const at = moment.asOf === undefined && field === 'created' ? null : position;
  const cut = cutPage(value.rows, page, at, target);
  return {
    headers: { ...positionHeader(position), ...totalHeaders(value.total, value.isExact), ...cut.headers },
    etag,
    body: cut.rows.map(({ row }) => projectOf(row)),
  };
}
